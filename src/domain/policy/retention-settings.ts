import { fieldsOr, listOf, numberOr, stringsOf, textOr } from '../values/json-fields.ts'

/** That a policy may remove what it says, until it is saved again. */
export interface PolicyApproval {
  readonly version: number
  readonly approvedBy: string | null
  readonly approvedAtMs: number
}

/** What counts as a pull. */
export interface PullSettings {
  /**
   * Whether asking for a manifest without fetching it counts. A node that has an image already
   * asks no more than that.
   */
  readonly headCounts: boolean
  /** Of scanners, whose pulls say nothing about use. */
  readonly ignoredAccounts: readonly string[]
  /** Parts of the names that clients send, in any case of letters. */
  readonly ignoredUserAgents: readonly string[]
}

/** Who says what runs. */
export interface RunningSettings {
  /** A report that is older counts as none, and nothing is cleaned then. */
  readonly maximumAgeMinutes: number
  /** Clusters that must have reported before anything is cleaned. */
  readonly clusters: readonly {
    readonly name: string
    /** The account that may report for it, beside administrators; null: none. */
    readonly account: string | null
  }[]
}

/** How cleaning by rule runs. What exceeds its brakes waits for the approval of an administrator. */
export interface RetentionSettings {
  /** Also before each collection that removes something by its own plan. */
  readonly beforeCollections: boolean
  /** Percent of a repository’s tags, and of the registry’s bytes, that one run may take; 100: all. */
  readonly maximumShare: number
  /** Images that one run may take; null: any number. */
  readonly maximumImages: number | null
  /** A policy that is new or was changed runs for the first time only once it is approved. */
  readonly approveFirst: boolean
  readonly pulls: PullSettings
  readonly running: RunningSettings
  /** By scope. */
  readonly approvals: Readonly<Record<string, PolicyApproval>>
}

export const retentionBounds = {
  maximumShare: [1, 100],
  maximumImages: [1, 1_000_000],
  maximumAgeMinutes: [1, 7 * 24 * 60],
} as const

export const defaultRetentionSettings: RetentionSettings = {
  beforeCollections: false,
  maximumShare: 50,
  maximumImages: 1000,
  approveFirst: true,
  pulls: { headCounts: true, ignoredAccounts: [], ignoredUserAgents: [] },
  running: { maximumAgeMinutes: 60, clusters: [] },
  approvals: {},
}

function approvalsIn(stored: unknown): RetentionSettings['approvals'] {
  const approvals: Record<string, PolicyApproval> = {}
  for (const [scope, value] of Object.entries(fieldsOr(stored))) {
    const { version, approvedBy, approvedAtMs } = fieldsOr(value)
    if (typeof version !== 'number') continue
    approvals[scope] = {
      version,
      approvedBy: typeof approvedBy === 'string' ? approvedBy : null,
      approvedAtMs: numberOr(approvedAtMs, 0),
    }
  }
  return approvals
}

function runningIn(stored: unknown): RunningSettings {
  const { maximumAgeMinutes, clusters } = fieldsOr(stored)
  const { running } = defaultRetentionSettings
  return {
    maximumAgeMinutes: numberOr(maximumAgeMinutes, running.maximumAgeMinutes),
    clusters: listOf(clusters).flatMap((one) => {
      const { name, account } = fieldsOr(one)
      return typeof name === 'string' ? [{ name, account: textOr(account, null) }] : []
    }),
  }
}

/** What is missing or damaged has its default, which brakes. */
export function completeRetentionSettings(stored: unknown): RetentionSettings {
  const { beforeCollections, maximumShare, maximumImages, approveFirst, ...rest } = fieldsOr(stored)
  const pulls = fieldsOr(rest.pulls)
  const { maximumImages: defaultImages, maximumShare: defaultShare } = defaultRetentionSettings
  return {
    beforeCollections: beforeCollections === true,
    maximumShare: numberOr(maximumShare, defaultShare),
    maximumImages: maximumImages === null ? null : numberOr(maximumImages, defaultImages),
    approveFirst: approveFirst !== false,
    pulls: {
      headCounts: pulls.headCounts !== false,
      ignoredAccounts: stringsOf(pulls.ignoredAccounts),
      ignoredUserAgents: stringsOf(pulls.ignoredUserAgents),
    },
    running: runningIn(rest.running),
    approvals: approvalsIn(rest.approvals),
  }
}
