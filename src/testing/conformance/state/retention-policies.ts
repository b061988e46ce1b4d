import { describe, expect, test } from 'vitest'
import type { StoredPolicyVersion } from '#state/retention-policies.ts'
import { atMs, event, type OpenState } from './state-samples.ts'

const version = (
  scope: string,
  number: number,
  changed: Partial<StoredPolicyVersion> = {},
): StoredPolicyVersion => ({
  scope,
  version: number,
  text: `rules: [] # ${number}`,
  format: 1,
  savedAtMs: atMs + number,
  savedBy: 'ada',
  ...changed,
})

const byScope = (versions: readonly StoredPolicyVersion[]) =>
  versions.toSorted((one, other) => (one.scope < other.scope ? -1 : 1))

export const retentionPoliciesContract = (open: OpenState) =>
  describe('retention policies', () => {
    test('read back, the newest of each scope and all of one', async () => {
      const { retentionPolicies } = await open()
      expect(await retentionPolicies.newest()).toEqual([])
      const text = 'rules: []\n# \u0000 \u{1f4e6} "\n'
      for (const one of [
        version('team', 1),
        version('registry', 1, { savedBy: null }),
        version('team', 2, { text }),
        version('team/app', 1),
        version('team', 3, { format: 2 }),
      ]) {
        expect(await retentionPolicies.add(one)).toBe(true)
      }
      const registry = version('registry', 1, { savedBy: null })
      const team = version('team', 3, { format: 2 })
      const app = version('team/app', 1)
      expect(await retentionPolicies.newest()).toEqual([registry, team, app])
      const some = await retentionPolicies.newestOf(['team/app', 'team', 'nowhere'])
      expect(byScope(some)).toEqual([team, app])
      expect(await retentionPolicies.newestOf([])).toEqual([])
      expect(await retentionPolicies.versions('team')).toEqual([
        team,
        version('team', 2, { text }),
        version('team', 1),
      ])
      expect(await retentionPolicies.versions('nowhere')).toEqual([])
    })

    test('of two that save after the same version, the second is refused', async () => {
      const { retentionPolicies } = await open()
      expect(await retentionPolicies.add(version('team', 2))).toBe(false)
      const added = await Promise.all([
        retentionPolicies.add(version('team', 1, { savedBy: 'ada' })),
        retentionPolicies.add(version('team', 1, { savedBy: 'bob' })),
      ])
      expect(added.toSorted()).toEqual([false, true])
      expect(await retentionPolicies.versions('team')).toHaveLength(1)
    })

    test('that were removed go on counting', async () => {
      const { retentionPolicies } = await open()
      await retentionPolicies.add(version('team', 1))
      await retentionPolicies.add(version('team', 2, { text: null }))
      expect(await retentionPolicies.newest()).toEqual([version('team', 2, { text: null })])
      expect(await retentionPolicies.add(version('team', 1))).toBe(false)
      expect(await retentionPolicies.add(version('team', 3))).toBe(true)
    })

    test('are saved with what is recorded of it, or not at all', async () => {
      const state = await open()
      const failing = state.transaction(async ({ retentionPolicies, activity }) => {
        await retentionPolicies.add(version('team', 1))
        await activity.record(event('e'))
        throw new Error('changed my mind')
      })
      await expect(failing).rejects.toThrow('changed my mind')
      expect(await state.retentionPolicies.newest()).toEqual([])
      expect(await state.retentionPolicies.add(version('team', 1))).toBe(true)
    })
  })
