import type { Clock } from '#domain/time/clock.ts'
import type { Grant } from '#domain/access/access-level.ts'
import { parseGrants } from '#domain/access/grants.ts'
import { ok, err, type Result, type Refusal } from '#domain/values/result.ts'
import type { State } from '#state/state.ts'
import type { Actor } from '../activity/actor.ts'
import { differencesOf } from './grant-differences.ts'
import { createInTurn } from '../in-turn.ts'
import { createEvent } from '../activity/record-activity.ts'

/** No account has this name: it would be mistaken for anonymous access. */
export const anonymousName = 'anonymous'

export interface InvalidGrant extends Refusal {
  readonly code: 'INVALID_GRANT'
}

/** What can be read without signing in, and so by everyone. Nothing until it is set. */
export interface AnonymousAccess {
  grants(): Promise<readonly Grant[]>
  /** Replaces all of it. Accepts only `read-only`. */
  setGrants(
    grants: readonly { readonly scope: unknown; readonly accessLevel: unknown }[],
    by: Actor,
  ): Promise<Result<readonly Grant[], InvalidGrant>>
}

export interface AnonymousAccessPorts {
  readonly state: State
  readonly clock: Clock
  readonly createId: () => string
}

export function createAnonymousAccess(ports: AnonymousAccessPorts): AnonymousAccess {
  const { settings } = ports.state
  const inTurn = createInTurn()

  return {
    grants: settings.anonymousGrants,

    setGrants: (grants, by) =>
      inTurn(async () => {
        const parsed = parseGrants(grants)
        if (!parsed.ok) return err({ ...parsed.refusal, code: 'INVALID_GRANT' })
        const more = parsed.value.findIndex(({ accessLevel }) => accessLevel !== 'read-only')
        if (more >= 0) {
          const message = 'without signing in nothing but reading is possible: choose read-only'
          return err({ code: 'INVALID_GRANT', field: `grants.${more}.accessLevel`, message })
        }
        const before = await settings.anonymousGrants()
        const after = parsed.value.toSorted((one, other) => (one.scope < other.scope ? -1 : 1))
        const detail = differencesOf(before, after)
        await ports.state.transaction(async (parts) => {
          await parts.settings.setAnonymousGrants(after)
          const event = createEvent(ports, 'anonymous access changed', by, { detail })
          if (detail !== null) await parts.activity.record(event)
        })
        return ok(after)
      }),
  }
}
