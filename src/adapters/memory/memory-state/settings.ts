import type { Settings } from '#state/settings.ts'
import type { Changed, ScheduleTable, Tables } from './tables.ts'

const neverScheduled: ScheduleTable = { schedule: null, seenMs: null, missedRuns: null }

export function createMemorySettings({ settings }: Tables, changed: Changed): Settings {
  const ofKind = (kind: string): ScheduleTable => settings.schedules[kind] ?? neverScheduled

  function change(kind: string, changes: Partial<ScheduleTable>): void {
    settings.schedules = { ...settings.schedules, [kind]: { ...ofKind(kind), ...changes } }
    changed()
  }

  return {
    schedule: async (kind) => ofKind(kind).schedule,
    setSchedule: async (kind, schedule) => change(kind, { schedule }),
    schedulerSeenMs: async (kind) => ofKind(kind).seenMs,
    setSchedulerSeenMs: async (kind, seenMs) => change(kind, { seenMs }),
    missedRuns: async (kind) => ofKind(kind).missedRuns,
    setMissedRuns: async (kind, missedRuns) => change(kind, { missedRuns }),

    async policy() {
      return settings.policy
    },

    async setPolicy(policy) {
      settings.policy = policy
      changed()
    },

    async anonymousGrants() {
      return settings.anonymousGrants
    },

    async setAnonymousGrants(grants) {
      settings.anonymousGrants = grants
      changed()
    },

    async retention() {
      return settings.retention
    },

    async setRetention(retention) {
      settings.retention = retention
      changed()
    },

    async bearerKey() {
      return settings.bearerKey
    },

    async setBearerKey(key) {
      settings.bearerKey = key
      changed()
    },
  }
}
