import { defaultCollectionPolicy } from '#domain/policy/collection-policy.ts'
import { describe, expect, test } from 'vitest'
import { atMs, type OpenState } from './state-samples.ts'

const missed = {
  lastDueMs: atMs,
  count: 2,
  cause: 'not running',
  sinceMs: atMs - 5000,
  untilMs: atMs + 5000,
  message: null,
} as const

export const settingsContract = (open: OpenState) =>
  describe('settings', () => {
    test('nothing is set at first', async () => {
      const { settings } = await open()
      expect(await settings.schedule()).toBeNull()
      expect(await settings.policy()).toBeNull()
      expect(await settings.schedulerSeenMs()).toBeNull()
      expect(await settings.missedRuns()).toBeNull()
      expect(await settings.anonymousGrants()).toEqual([])
      expect(await settings.bearerKey()).toBeNull()
    })

    test('each setting reads back, and can be changed again', async () => {
      const { settings } = await open()
      await settings.setSchedule('0 * * *')
      await settings.setPolicy(defaultCollectionPolicy)
      await settings.setPolicy({ ...defaultCollectionPolicy, timeLimitMinutes: 5 })
      await settings.setSchedulerSeenMs(atMs)
      await settings.setAnonymousGrants([{ scope: 'team', accessLevel: 'read-only' }])
      await settings.setBearerKey('00ff')
      expect(await settings.schedule()).toBe('0 * * *')
      expect(await settings.policy()).toEqual({ ...defaultCollectionPolicy, timeLimitMinutes: 5 })
      expect(await settings.schedulerSeenMs()).toBe(atMs)
      await settings.setMissedRuns(missed)
      expect(await settings.missedRuns()).toEqual(missed)
      await settings.setMissedRuns(null)
      expect(await settings.missedRuns()).toBeNull()
      expect(await settings.anonymousGrants()).toEqual([
        { scope: 'team', accessLevel: 'read-only' },
      ])
      expect(await settings.bearerKey()).toBe('00ff')
      await settings.setSchedule(null)
      expect(await settings.schedule()).toBeNull()
    })
  })
