import { defaultCollectionPolicy } from '#domain/policy/collection-policy.ts'
import { defaultRetentionSettings } from '#domain/policy/retention-settings.ts'
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
      expect(await settings.schedule('collection')).toBeNull()
      expect(await settings.policy()).toBeNull()
      expect(await settings.retention()).toBeNull()
      expect(await settings.schedulerSeenMs('collection')).toBeNull()
      expect(await settings.missedRuns('collection')).toBeNull()
      expect(await settings.anonymousGrants()).toEqual([])
      expect(await settings.bearerKey()).toBeNull()
    })

    test('each setting reads back, and can be changed again', async () => {
      const { settings } = await open()
      await settings.setSchedule('collection', '0 * * *')
      await settings.setPolicy(defaultCollectionPolicy)
      await settings.setPolicy({ ...defaultCollectionPolicy, timeLimitMinutes: 5 })
      await settings.setSchedulerSeenMs('collection', atMs)
      await settings.setAnonymousGrants([{ scope: 'team', accessLevel: 'read-only' }])
      await settings.setBearerKey('00ff')
      await settings.setRetention(defaultRetentionSettings)
      await settings.setRetention({ ...defaultRetentionSettings, maximumImages: 5 })
      expect(await settings.retention()).toEqual({ ...defaultRetentionSettings, maximumImages: 5 })
      expect(await settings.schedule('collection')).toBe('0 * * *')
      expect(await settings.policy()).toEqual({ ...defaultCollectionPolicy, timeLimitMinutes: 5 })
      expect(await settings.schedulerSeenMs('collection')).toBe(atMs)
      await settings.setMissedRuns('collection', missed)
      expect(await settings.missedRuns('collection')).toEqual(missed)
      await settings.setMissedRuns('collection', null)
      expect(await settings.missedRuns('collection')).toBeNull()
      expect(await settings.anonymousGrants()).toEqual([
        { scope: 'team', accessLevel: 'read-only' },
      ])
      expect(await settings.bearerKey()).toBe('00ff')
      await settings.setSchedule('collection', null)
      expect(await settings.schedule('collection')).toBeNull()
    })

    test('each kind of job has its own schedule', async () => {
      const { settings } = await open()
      await settings.setSchedule('collection', '0 * * *')
      await settings.setSchedule('toy', '1 * * *')
      await settings.setSchedulerSeenMs('toy', atMs)
      await settings.setMissedRuns('toy', missed)
      expect(await settings.schedule('collection')).toBe('0 * * *')
      expect(await settings.schedulerSeenMs('collection')).toBeNull()
      expect(await settings.missedRuns('collection')).toBeNull()
      expect(await settings.schedule('toy')).toBe('1 * * *')
      expect(await settings.schedulerSeenMs('toy')).toBe(atMs)
      expect(await settings.missedRuns('toy')).toEqual(missed)
    })
  })
