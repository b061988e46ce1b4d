import { describe, expect, test } from 'vitest'
import { event, pendingAct, push, type OpenState } from './state-samples.ts'

export const pendingActsContract = (open: OpenState) =>
  describe('pending acts', () => {
    test('read back in order until they are completed or dropped', async () => {
      const { pendingActs, activity } = await open()
      await pendingActs.add([])
      await pendingActs.add([pendingAct('b'), pendingAct('a', { push })])
      await pendingActs.add([pendingAct('c')])
      expect(await pendingActs.all()).toEqual([
        pendingAct('b'),
        pendingAct('a', { push }),
        pendingAct('c'),
      ])
      await pendingActs.drop(['c', 'unknown'])
      await pendingActs.drop([])
      await pendingActs.complete([pendingAct('b')])
      expect(await pendingActs.all()).toEqual([pendingAct('a', { push })])
      expect((await activity.list({ limit: 9 })).events).toEqual([event('b')])
    })

    test('are recorded once, with their pushes, after any number of completions', async () => {
      const { pendingActs, activity, pushes } = await open()
      await pendingActs.complete([])
      await pendingActs.add([pendingAct('a', { push })])
      const happened = pendingAct('a', {
        push,
        event: event('a', { data: { reference: '1.2', digest: 'sha256:1', tags: ['1.2'] } }),
      })
      for (let times = 0; times < 3; times += 1) await pendingActs.complete([happened])
      await activity.record(event('a'))
      expect((await activity.list({ limit: 9 })).events).toEqual([happened.event])
      expect(await pushes.latest('team/app', ['1'])).toEqual([push])
      expect(await pendingActs.all()).toEqual([])
    })

    test('can be completed without having been added, if there was no room for that', async () => {
      const { pendingActs, activity } = await open()
      await pendingActs.complete([pendingAct('a')])
      expect(await activity.count({})).toBe(1)
    })
  })
