/** Whether the last call got an answer. The shell's connection notice subscribes to it. */
let isConnected = true
const listeners = new Set<() => void>()

export function reportConnection(answered: boolean): void {
  if (answered === isConnected) return
  isConnected = answered
  for (const listener of listeners) listener()
}

export const connection = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  isConnected: (): boolean => isConnected,
} as const
