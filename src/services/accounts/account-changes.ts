import type { Account, Accounts } from '#state/accounts.ts'
import type { DomainEvent } from '#domain/events/domain-event.ts'
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
  by: Actor & { readonly command?: 'reset-password' },
  deps: EventDeps,
): readonly DomainEvent[] {
  const ofAccount = { account: account.name }
  const events: DomainEvent[] = []
  if (after.password !== undefined) {
    const { command = null } = by
    events.push(createEvent(deps, 'password changed', by, { ...ofAccount, command }))
  }
  if (after.isAdmin !== account.isAdmin) {
    const { isAdmin } = after
    events.push(createEvent(deps, 'account changed', by, { ...ofAccount, isAdmin }))
  }
  if (after.isActive !== account.isActive) {
    const kind = after.isActive ? 'account enabled' : 'account disabled'
    events.push(createEvent(deps, kind, by, ofAccount))
  }
  return events
}
