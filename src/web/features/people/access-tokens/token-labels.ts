import type { WireAccessToken } from '#contract/accounts/access-tokens.ts'
import { everyRepository } from '#domain/access/access-token.ts'
import { repositoryActions } from '#domain/access/repository-action.ts'

/** "pulls and pushes team, library/base": a token's purpose in one line. */
export function purposeOf({ actions, repositories }: WireAccessToken): string {
  const verbs = repositoryActions.filter((action) => actions.includes(action))
  const last = verbs.at(-1) ?? ''
  const list = verbs.length > 1 ? `${verbs.slice(0, -1).join(', ')} and ${last}` : last
  const where = repositories.includes(everyRepository)
    ? 'everything in reach'
    : repositories.join(', ')
  return `${list}: ${where}`
}

export const isOver = ({ expiresAt }: WireAccessToken, nowMs: number): boolean =>
  expiresAt !== null && Date.parse(expiresAt) <= nowMs
