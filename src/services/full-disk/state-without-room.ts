import type { Plans, StoredPlan } from '#state/jobs.ts'
import type { State } from '#state/state.ts'
import { withJobsInMemory } from './jobs-in-memory.ts'
import { withSessionsInMemory } from './sessions-in-memory.ts'
import { createDeferredWrites, type DeferredWrites } from './deferred-writes.ts'

export interface StateWithoutRoom {
  /** Use this instead. */
  readonly state: State
  /** False from a write that found no room until one that did. */
  isWritable(): boolean
}

const nothing = (): void => {}

function keepPlans(inner: Plans, { orElse }: DeferredWrites): Plans {
  const plans = new Map<string, StoredPlan>()
  return {
    save: (plan) =>
      orElse(
        () => inner.save(plan),
        () => void plans.set(plan.id, plan),
      ),
    find: async (id) => plans.get(id) ?? (await inner.find(id)),
    async keepNewest(count) {
      const oldestFirst = [...plans.values()].toSorted((a, b) => a.madeAtMs - b.madeAtMs)
      for (const { id } of oldestFirst.slice(0, Math.max(0, plans.size - count))) plans.delete(id)
      await orElse(() => inner.keepNewest(count), nothing)
    },
  }
}

/**
 * A state that can be used while its disk is full: memory keeps sessions, jobs, plans and activity
 * then, and they are written once there is room. What a person decides (accounts, policy, schedule)
 * is refused with `FULL`, because a restart would lose it. While a database does not answer, memory
 * keeps only what has happened already: the progress and the end of jobs, and of acts on storage.
 */
export function keepWithoutRoom(inner: State): StateWithoutRoom {
  const writes = createDeferredWrites()
  const { attempt, orElse, orElseOrLost, later } = writes
  const { accessTokens, accounts, activity, pendingActs, retentionPolicies } = inner
  const { previews, runningReports, settings } = inner
  const state: State = {
    ...inner,
    accounts: {
      ...accounts,
      create: (account) => attempt(() => accounts.create(account)),
      update: (name, change) => attempt(() => accounts.update(name, change)),
      setGrants: (name, grants) => attempt(() => accounts.setGrants(name, grants)),
    },
    accessTokens: {
      ...accessTokens,
      add: (token) => attempt(() => accessTokens.add(token)),
      remove: (id) => attempt(() => accessTokens.remove(id)),
      // The use of a token must not fail because its time cannot be stored.
      setLastUsed: (id, atMs) => orElse(() => accessTokens.setLastUsed(id, atMs), nothing),
    },
    sessions: withSessionsInMemory(inner.sessions, writes),
    settings: {
      ...settings,
      setSchedule: (kind, schedule) => attempt(() => settings.setSchedule(kind, schedule)),
      setPolicy: (policy) => attempt(() => settings.setPolicy(policy)),
      // The scheduler remembers it too: only a restart would need the stored value.
      setSchedulerSeenMs: (kind, seenMs) =>
        orElse(() => settings.setSchedulerSeenMs(kind, seenMs), nothing),
    },
    jobs: withJobsInMemory(inner.jobs, writes),
    plans: keepPlans(inner.plans, writes),
    activity: {
      ...activity,
      record: (event) =>
        orElseOrLost(
          () => activity.record(event),
          () => {
            later(() => activity.record(event))
            return true
          },
        ),
    },
    pendingActs: {
      ...pendingActs,
      add: (acts) => attempt(() => pendingActs.add(acts)),
      complete: (acts) =>
        orElseOrLost(
          () => pendingActs.complete(acts),
          () => {
            later(() => pendingActs.complete(acts))
            return acts.map(({ event }) => event)
          },
        ),
      drop: (ids) =>
        orElseOrLost(
          () => pendingActs.drop(ids),
          () => later(() => pendingActs.drop(ids)),
        ),
    },
    retentionPolicies: {
      ...retentionPolicies,
      add: (version) => attempt(() => retentionPolicies.add(version)),
    },
    runningReports: {
      ...runningReports,
      put: (report) => attempt(() => runningReports.put(report)),
      remove: (cluster) => attempt(() => runningReports.remove(cluster)),
    },
    previews: {
      ...previews,
      // The server that made one keeps it too.
      save: (preview) => orElse(() => previews.save(preview), nothing),
      keepNewest: (count) => orElse(() => previews.keepNewest(count), nothing),
      approve: (id) => attempt(() => previews.approve(id)),
    },
    transaction: (act) => attempt(() => inner.transaction(act)),
    async close() {
      await writes.retry()
      await inner.close()
    },
  }
  return { state, isWritable: writes.isWritable }
}
