import {
  completeRetentionSettings,
  type PolicyApproval,
  type RetentionSettings,
} from '#domain/policy/retention-settings.ts'
import type { Settings } from '#state/settings.ts'
import type { State } from '#state/state.ts'
import type { Actor } from '../activity/actor.ts'
import { createEvent, type EventDeps } from '../activity/record-activity.ts'
import type { Preview } from './preview.ts'

export interface RetentionSettingsDeps {
  readonly state: { readonly settings: Pick<Settings, 'retention'> }
}

type ChangeDeps = EventDeps & { readonly state: State }

/** What an administrator decides; approvals are given to previews. */
export type RetentionChoices = Omit<RetentionSettings, 'approvals'>

export const getRetentionSettings = async ({
  state,
}: RetentionSettingsDeps): Promise<RetentionSettings> =>
  completeRetentionSettings(await state.settings.retention())

export async function setRetentionSettings(
  deps: ChangeDeps,
  choices: RetentionChoices,
  actor: Actor,
): Promise<RetentionSettings> {
  return await deps.state.transaction(async ({ settings, activity }) => {
    const before = completeRetentionSettings(await settings.retention())
    const after = { ...before, ...choices }
    const changes = (Object.keys(choices) as (keyof RetentionChoices)[]).flatMap((field) =>
      before[field] === after[field] ? [] : { field, before: before[field], after: after[field] },
    )
    await settings.setRetention(after)
    await activity.record(createEvent(deps, 'retention settings changed', actor, { changes }))
    return after
  })
}

/** Approves the policies that decided a preview, each in the version that it had then. */
export async function approvePolicies(
  deps: ChangeDeps,
  { policies }: Pick<Preview, 'policies'>,
  actor: Actor,
): Promise<void> {
  const approvals: Record<string, PolicyApproval> = {}
  const approvedAtMs = deps.clock.nowMs()
  for (const { scope, version } of policies.values()) {
    if (version !== null) approvals[scope] = { version, approvedBy: actor.name, approvedAtMs }
  }
  const versions = Object.entries(approvals).map(([scope, { version }]) => ({ scope, version }))
  await deps.state.transaction(async ({ settings, activity }) => {
    const before = completeRetentionSettings(await settings.retention())
    await settings.setRetention({ ...before, approvals: { ...before.approvals, ...approvals } })
    await activity.record(createEvent(deps, 'retention approved', actor, { policies: versions }))
  })
}
