import type { Grant } from '#domain/access/access-level.ts'
import { parseGrants } from '#domain/access/grants.ts'
import { ok, err, type Result, type Refusal } from '#domain/values/result.ts'
import type { State } from '#state/state.ts'
import type { Actor } from '../activity/actor.ts'
import { differencesOf } from './grant-differences.ts'
import type { AccountTurns } from './account-queues.ts'
import { createEvent, type EventDeps } from '../activity/record-activity.ts'

/** No account has this name: it would be mistaken for anonymous access. */
export const anonymousName = 'anonymous'

export interface InvalidGrant extends Refusal {
  readonly code: 'INVALID_GRANT'
}

export interface AnonymousAccessDeps extends EventDeps {
  readonly state: State
  readonly accountTurns: Pick<AccountTurns, 'anonymousAccess'>
}

/**
 * Replaces everything that may be read without signing in, and so by everyone. Accepts only
 * `read-only`.
 */
export const setAnonymousGrants = (
  deps: AnonymousAccessDeps,
  grants: readonly { readonly scope: unknown; readonly accessLevel: unknown }[],
  by: Actor,
): Promise<Result<readonly Grant[], InvalidGrant>> =>
  deps.accountTurns.anonymousAccess(async () => {
    const parsed = parseGrants(grants)
    if (!parsed.ok) return err({ ...parsed.refusal, code: 'INVALID_GRANT' })
    const more = parsed.value.findIndex(({ accessLevel }) => accessLevel !== 'read-only')
    if (more >= 0) {
      const message = 'without signing in nothing but reading is possible: choose read-only'
      return err({ code: 'INVALID_GRANT', field: `grants.${more}.accessLevel`, message })
    }
    const after = parsed.value.toSorted((one, other) => (one.scope < other.scope ? -1 : 1))
    await deps.state.transaction(async (parts) => {
      const changes = differencesOf(await parts.settings.anonymousGrants(), after)
      await parts.settings.setAnonymousGrants(after)
      const event = createEvent(deps, 'anonymous access changed', by, { changes })
      if (changes.length > 0) await parts.activity.record(event)
    })
    return ok(after)
  })
