import type { IsGivenUp, Wait } from '#domain/time/clock.ts'

/** What was waited for is no longer wanted. It was not begun, and will not be. */
export class GivenUp extends Error {
  constructor() {
    super('it was given up before it began')
    this.name = 'GivenUp'
  }
}

/** How soon it is heard that something is given up. */
const lookMs = 100

/**
 * Waits for something that calls `begin` once its turn has come, and rejects with `GivenUp` as soon
 * as it is given up before that: then `begin` throws, should its turn still come.
 */
export async function unlessGivenUp<T>(
  isGivenUp: IsGivenUp | undefined,
  wait: Wait,
  run: (begin: () => void) => Promise<T>,
): Promise<T> {
  if (isGivenUp === undefined) return await run(() => {})
  let state: 'waits' | 'has begun' | 'given up' = 'waits'
  const now = (): typeof state => state
  const result = run(() => {
    if (state === 'given up') throw new GivenUp()
    state = 'has begun'
  })
  const begin = () => {
    if (state === 'waits') state = 'has begun'
  }
  const ended = result.then(begin, begin)
  while (now() === 'waits') {
    if (isGivenUp()) {
      state = 'given up'
      throw new GivenUp()
    }
    await Promise.race([ended, wait(lookMs)])
  }
  return await result
}
