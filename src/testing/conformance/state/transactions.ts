import { describe, expect, test } from 'vitest'
import type { MissedRuns } from '#state/settings.ts'
import { account, atMs, event, job, plan, token, type OpenState } from './state-samples.ts'

const missed: MissedRuns = {
  lastDueMs: atMs,
  count: 1,
  cause: 'refused',
  sinceMs: atMs,
  untilMs: atMs,
  message: 'a collection is running',
}

export const transactionsContract = (open: OpenState) =>
  describe('transactions', () => {
    test('writes in one transaction become visible together', async () => {
      const state = await open()
      const result = await state.transaction(async ({ accounts, activity, jobs, plans }) => {
        await accounts.create(account('ada'))
        await accounts.setGrants('ada', [{ scope: 'team', accessLevel: 'admin' }])
        await jobs.save(job('a'))
        await jobs.appendLog('a', [{ timeMs: 1, level: 'info', data: 'one' }])
        await plans.save(plan('p', 2))
        await activity.record(event('e'))
        return (await accounts.find('ada'))?.name
      })
      expect(result).toBe('ada')
      expect(await state.accounts.grantsOf('ada')).toHaveLength(1)
      expect(await state.jobs.log('a', 0, 9)).toHaveLength(1)
      expect((await state.plans.find('p'))?.items).toHaveLength(2)
      expect(await state.activity.count({})).toBe(1)
    })

    test('a failed transaction leaves nothing', async () => {
      const state = await open()
      await state.accounts.create(account('ada'))
      await state.settings.setSchedule('collection', '0 * * *')
      const failing = state.transaction(async ({ accounts, activity, settings, jobs }) => {
        await accounts.update('ada', { isAdmin: true })
        await accounts.create(account('bob'))
        await settings.setSchedule('collection', null)
        await settings.setMissedRuns('collection', missed)
        await jobs.save(job('a'))
        await activity.record(event('e'))
        throw new Error('changed my mind')
      })
      await expect(failing).rejects.toThrow('changed my mind')
      expect(await state.accounts.list()).toEqual([account('ada')])
      expect(await state.settings.schedule('collection')).toBe('0 * * *')
      expect(await state.settings.missedRuns('collection')).toBeNull()
      expect(await state.jobs.find('a')).toBeNull()
      expect(await state.activity.count({})).toBe(0)
      // The same can be recorded now.
      await state.activity.record(event('e'))
      expect(await state.activity.count({})).toBe(1)
    })

    test('go on after a refusal, without what was refused', async () => {
      const state = await open()
      await state.transaction(async ({ accounts, accessTokens, jobs, sessions, settings }) => {
        const times = { createdAtMs: atMs, expiresAtMs: atMs + 1 }
        const refusals = [
          () => sessions.add({ tokenHash: 's', accountName: 'eve', ...times }),
          () => accessTokens.add(token('a', { accountName: 'eve', ...times })),
          () => jobs.appendLog('none', [{ timeMs: 1, level: 'info', data: 'one' }]),
          () => accounts.setGrants('eve', []),
        ]
        for (const refused of refusals) {
          await expect(refused()).rejects.toMatchObject({
            code: expect.stringMatching(/^NO_SUCH_(?:ACCOUNT|JOB)$/) as string,
          })
          await settings.setSchedule('collection', `after ${refusals.indexOf(refused)}`)
        }
      })
      expect(await state.settings.schedule('collection')).toBe('after 3')
      expect(await state.sessions.find('s')).toBeNull()
    })

    test('run one after the other', async () => {
      const state = await open()
      await state.accounts.create(account('ada'))
      const toggle = () =>
        state.transaction(async ({ accounts }) => {
          const isAdmin = (await accounts.find('ada'))?.isAdmin ?? false
          await accounts.update('ada', { isAdmin: !isAdmin })
        })
      await Promise.all([toggle(), toggle(), toggle()])
      expect((await state.accounts.find('ada'))?.isAdmin).toBe(true)
    })
  })
