import type { GarbagePolicy } from '#gc/mark/analyze.ts'
import type { CollectionOptions } from '#gc/run.ts'
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

/** A run with the policy as it is followed; its log says what stays. */
export async function sparingInRun<Options extends Pick<CollectionOptions, 'policy' | 'emit'>>(
  options: Options,
  running: Pick<RunningGuard, 'look'>,
): Promise<Options> {
  const policy = await sparingWhatRuns(options.policy, running)
  if (policy === options.policy) return options
  const message =
    'untagged images stay: something reports what runs, and they may run by their digests; a rule of cleaning can tell which do'
  options.emit?.({ kind: 'log', level: 'info', message })
  return { ...options, policy }
}
