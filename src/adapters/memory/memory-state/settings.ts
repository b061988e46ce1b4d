import type { Settings } from '#state/settings.ts'
import type { Changed, Tables } from './tables.ts'

export const createMemorySettings = ({ settings }: Tables, changed: Changed): Settings => ({
  async schedule() {
    return settings.schedule
  },

  async setSchedule(schedule) {
    settings.schedule = schedule
    changed()
  },

  async policy() {
    return settings.policy
  },

  async setPolicy(policy) {
    settings.policy = policy
    changed()
  },

  async schedulerSeenMs() {
    return settings.schedulerSeenMs
  },

  async setSchedulerSeenMs(seenMs) {
    settings.schedulerSeenMs = seenMs
    changed()
  },

  async missedRuns() {
    // Older saved states have none.
    return settings.missedRuns
  },

  async setMissedRuns(missed) {
    settings.missedRuns = missed
    changed()
  },

  async anonymousGrants() {
    return settings.anonymousGrants
  },

  async setAnonymousGrants(grants) {
    settings.anonymousGrants = grants
    changed()
  },

  async bearerKey() {
    return settings.bearerKey
  },

  async setBearerKey(key) {
    settings.bearerKey = key
    changed()
  },
})
