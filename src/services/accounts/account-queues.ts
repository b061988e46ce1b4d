import { createSerialQueue, type RunSerially } from '#coordination/serial-queue.ts'

/** Changes of one kind follow one another: the second sees what the first did. */
export interface AccountTurns {
  /** Of two administrators who demote each other at the same time, one stays. */
  readonly accounts: RunSerially
  /** The limit of access tokens holds for concurrent requests too. */
  readonly accessTokens: RunSerially
  readonly anonymousAccess: RunSerially
}

export const createAccountTurns = (): AccountTurns => ({
  accounts: createSerialQueue(),
  accessTokens: createSerialQueue(),
  anonymousAccess: createSerialQueue(),
})
