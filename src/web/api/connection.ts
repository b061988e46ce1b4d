/** Whether the last call got any answer at all. Listened to by the notice in the shell. */
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
