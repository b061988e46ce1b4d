import { theServer } from '../activity/actor.ts'
import { createEvent, type EventDeps } from '../activity/record-activity.ts'
import type { AuthenticationDeps } from './authentication.ts'

/** Resolves to false, and changes nothing, if there is an active administrator already. */
export async function createFirstAdministrator(
  deps: EventDeps & Pick<AuthenticationDeps, 'state' | 'hasher'>,
  name: string,
  password: string,
): Promise<boolean> {
  const all = await deps.state.accounts.list()
  if (all.some(({ isAdmin, isActive }) => isAdmin && isActive)) return false
  const passwordHash = await deps.hasher.hash(password)
  const createdAtMs = deps.clock.nowMs()
  const account = { name, passwordHash, isAdmin: true, isActive: true, createdAtMs }
  const role = 'first administrator'
  const event = createEvent(deps, 'account created', theServer, { account: name, role })
  return await deps.state.transaction(async (parts) => {
    const isCreated = await parts.accounts.create(account)
    if (isCreated) await parts.activity.record(event)
    return isCreated
  })
}
