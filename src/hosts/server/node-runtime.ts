import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'

/** The parts of Node that the engine needs through ports. */
export const nodeRuntime = {
  clock: { nowMs: () => Date.now() },
  createId: () => randomUUID(),
  pause: async (): Promise<void> => {
    await setImmediate()
  },
  wait: (durationMs: number): Promise<void> =>
    new Promise((resolve) => {
      // A push that waits at the gate must not keep a stopped server alive.
      setTimeout(resolve, durationMs).unref()
    }),
  randomBytes: (length: number): Uint8Array => randomBytes(length),
  sha256: (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest(),
}
