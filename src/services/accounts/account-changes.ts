import type { Account, Accounts } from '#state/accounts.ts'
import type { ActivityEvent } from '#state/activity.ts'
import type { Actor } from '../activity/actor.ts'
import { createEvent, type EventDeps } from '../activity/record-activity.ts'

/** Whether the account is the only active administrator. */
export const isLastAdministrator = async (
  accounts: Pick<Accounts, 'list'>,
  account: Account,
): Promise<boolean> =>
  account.isAdmin &&
  account.isActive &&
  !(await accounts.list()).some(
    ({ name, isAdmin, isActive }) => name !== account.name && isAdmin && isActive,
  )

/** The events of a change to an account: one for each difference. */
export function changesOf(
  account: Account,
  after: {
    readonly password: string | undefined
    readonly isAdmin: boolean
    readonly isActive: boolean
  },
  by: Actor & { readonly means?: string | null },
  deps: EventDeps,
): readonly ActivityEvent[] {
  const { name: subject } = account
  const events: ActivityEvent[] = []
  if (after.password !== undefined) {
    events.push(createEvent(deps, 'password changed', by, { subject, detail: by.means ?? null }))
  }
  if (after.isAdmin !== account.isAdmin) {
    const detail = after.isAdmin ? 'now an administrator' : 'no longer an administrator'
    events.push(createEvent(deps, 'account changed', by, { subject, detail }))
  }
  if (after.isActive !== account.isActive) {
    const kind = after.isActive ? 'account enabled' : 'account disabled'
    events.push(createEvent(deps, kind, by, { subject }))
  }
  return events
}
