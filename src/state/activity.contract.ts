import { describe, expect, test } from 'vitest'
import type { ActivityQuery } from './activity.ts'
import { event, type OpenState } from './state-samples.contract.ts'

export function activityContract(open: OpenState) {
  async function openWithEvents() {
    const { activity } = await open()
    await activity.record(event('d', { atMs: 40, kind: 'signed in', repository: null }))
    await activity.record(event('a', { atMs: 10 }))
    await activity.record(event('b', { atMs: 20, actor: null, kind: 'collection started' }))
    await activity.record(event('c', { atMs: 20, repository: 'team/other' }))
    return async (query: Partial<ActivityQuery>) => {
      const { events, total } = await activity.list({ offset: 0, limit: 10, ...query })
      return { ids: events.map(({ id }) => id).join(' '), total }
    }
  }

  describe('activity', () => {
    test('an event reads back as it was recorded', async () => {
      const { activity } = await open()
      const full = event('a', { detail: 'with its tags' })
      const bare = event('b', { actor: null, from: null, repository: null, subject: null })
      await activity.record(full)
      await activity.record(bare)
      expect((await activity.list({ offset: 0, limit: 2 })).events).toEqual([bare, full])
    })

    test.each<[string, Partial<ActivityQuery>, string]>([
      ['the newest first, ties by order of recording', {}, 'd c b a'],
      ['of a repository', { repository: 'team/app' }, 'b a'],
      ['of somebody', { actor: 'ada' }, 'd c a'],
      ['of some kinds', { kinds: ['signed in', 'collection started'] }, 'd b'],
      ['of no kind', { kinds: [] }, ''],
      ['from then on', { fromMs: 20 }, 'd c b'],
      ['up to and without', { toMs: 20 }, 'a'],
      ['all at once', { repository: 'team/app', actor: 'ada', fromMs: 10, toMs: 30 }, 'a'],
    ])('%s', async (_, query, expected) => {
      const list = await openWithEvents()
      const total = expected === '' ? 0 : expected.split(' ').length
      expect(await list(query)).toEqual({ ids: expected, total })
    })

    test('in pages', async () => {
      const list = await openWithEvents()
      expect(await list({ offset: 1, limit: 2 })).toEqual({ ids: 'c b', total: 4 })
      expect(await list({ offset: 4 })).toEqual({ ids: '', total: 4 })
    })
  })
}
