import type { Wait } from '#collector/ports.ts'
import type { GatePass, PushGate } from '#collector/push-gate.ts'
import type { RepositoryName } from '#domain/repository-name.ts'

export interface EnterPorts {
  readonly gate: Pick<PushGate, 'enter' | 'whenOpen'>
  readonly wait: Wait
  readonly maximumWaitMs: number
}

/**
 * Enters the gate as a writer does, so that no collection begins meanwhile, and waits for one that
 * has closed it. Null: it did not open in time. Whoever gets a pass leaves in a `finally`.
 */
export async function enterWhenOpen(
  { gate, wait, maximumWaitMs }: EnterPorts,
  repository: RepositoryName,
): Promise<GatePass | null> {
  const enter = () => gate.enter({ repository, step: 'commit' })
  let answer = await enter()
  if (answer.entered) return answer
  const timeIsUp = wait(maximumWaitMs).then(() => 'time is up' as const)
  // Another collection may begin before we get in: then the waiting goes on.
  while (!answer.entered) {
    const event = await Promise.race([gate.whenOpen(), timeIsUp])
    if (event === 'time is up') return null
    answer = await enter()
  }
  return answer
}
