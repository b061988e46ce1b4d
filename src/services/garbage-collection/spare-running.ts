import type { GarbagePolicy } from '#gc/mark/analyze.ts'
import type { RunningGuard } from '../retention/running/running-guard.ts'

/**
 * A policy as it is followed: while anything reports what runs, untagged images stay, for they may
 * run by their digests, which only rules tell apart.
 */
export async function sparingWhatRuns<Policy extends Pick<GarbagePolicy, 'collectUntagged'>>(
  policy: Policy,
  running: Pick<RunningGuard, 'look'>,
): Promise<Policy> {
  if (!policy.collectUntagged || (await running.look()).length === 0) return policy
  return { ...policy, collectUntagged: false }
}

/** What the log of such a run says. */
export const untaggedStay =
  'untagged images stay: something reports what runs, and they may run by their digests; a rule of cleaning can tell which do'
