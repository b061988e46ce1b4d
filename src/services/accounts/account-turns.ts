import { createInTurn, type InTurn } from '../in-turn.ts'

/** Changes of one kind follow one another: the second sees what the first did. */
export interface AccountTurns {
  /** Of two administrators who demote each other at the same time, one stays. */
  readonly accounts: InTurn
  /** The limit of access tokens holds for concurrent requests too. */
  readonly accessTokens: InTurn
  readonly anonymousAccess: InTurn
}

export const createAccountTurns = (): AccountTurns => ({
  accounts: createInTurn(),
  accessTokens: createInTurn(),
  anonymousAccess: createInTurn(),
})
