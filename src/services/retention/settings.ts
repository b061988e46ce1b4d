import {
  completeRetentionSettings,
  type PolicyApproval,
  type PullSettings,
  type RunningSettings,
  type RetentionSettings,
} from '#domain/policy/retention-settings.ts'
import type { Settings } from '#state/settings.ts'
import type { State } from '#state/state.ts'
import type { Actor } from '../activity/actor.ts'
import { createEvent, type EventDeps } from '../activity/record-activity.ts'
import type { ShownPolicy } from './preview-summary.ts'

export interface RetentionSettingsDeps {
  readonly state: { readonly settings: Pick<Settings, 'retention'> }
}

type ChangeDeps = EventDeps & { readonly state: State }

/** What an administrator decides; approvals are given to previews. */
export type RetentionChoices = Omit<RetentionSettings, 'approvals' | 'pulls' | 'running'> & {
  /** Absent: as they are. */
  readonly pulls?: PullSettings | undefined
  readonly running?: RunningSettings | undefined
}

export const getRetentionSettings = async ({
  state,
}: RetentionSettingsDeps): Promise<RetentionSettings> =>
  completeRetentionSettings(await state.settings.retention())

interface FollowsPullSettings {
  settingsChanged(before: PullSettings, after: PullSettings): Promise<void>
}

/** As the activity tells of them. */
const toldOf = ({ pulls, running, ...settings }: RetentionSettings) => ({
  beforeCollections: settings.beforeCollections,
  maximumShare: settings.maximumShare,
  maximumImages: settings.maximumImages,
  approveFirst: settings.approveFirst,
  headCounts: pulls.headCounts,
  ignoredAccounts: pulls.ignoredAccounts.join(', '),
  ignoredUserAgents: pulls.ignoredUserAgents.join(', '),
  maximumAgeMinutes: running.maximumAgeMinutes,
  clusters: running.clusters
    .map(({ name, account }) => (account === null ? name : `${name} by ${account}`))
    .join(', '),
})
type ToldSettings = ReturnType<typeof toldOf>

export async function setRetentionSettings(
  deps: ChangeDeps & { readonly pullRecorder: FollowsPullSettings },
  choices: RetentionChoices,
  actor: Actor,
): Promise<RetentionSettings> {
  const { pulls, running, ...others } = choices
  const changed = await deps.state.transaction(async ({ settings, activity }) => {
    const before = completeRetentionSettings(await settings.retention())
    const after: RetentionSettings = {
      ...before,
      ...others,
      pulls: pulls ?? before.pulls,
      running: running ?? before.running,
    }
    const told = [toldOf(before), toldOf(after)] as const
    const changes = (Object.keys(told[1]) as (keyof ToldSettings)[]).flatMap((field) =>
      told[0][field] === told[1][field]
        ? []
        : { field, before: told[0][field], after: told[1][field] },
    )
    await settings.setRetention(after)
    await activity.record(createEvent(deps, 'retention settings changed', actor, { changes }))
    return { before, after }
  })
  await deps.pullRecorder.settingsChanged(changed.before.pulls, changed.after.pulls)
  return changed.after
}

/** Approves the policies that decided a preview, each in the version that it had then. */
export async function approvePolicies(
  deps: ChangeDeps,
  { policies }: { readonly policies: ReadonlyMap<string, ShownPolicy> },
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
