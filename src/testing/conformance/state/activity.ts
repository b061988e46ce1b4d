import { describe, expect, test } from 'vitest'
import { activityKinds } from '#domain/events/activity-kind.ts'
import type { DomainEvent } from '#domain/events/domain-event.ts'
import type { ActivityFilter, ActivityPlace } from '#state/activity.ts'
import { sampleData } from '#testing/builders/event-samples.ts'
import { event, type OpenState } from './state-samples.ts'

export function activityContract(open: OpenState) {
  async function openWithEvents() {
    const { activity } = await open()
    const signedIn = { kind: 'signed in', data: { account: 'ada' } } as const
    await activity.record(event('d', { atMs: 40, ...signedIn, repository: null }))
    await activity.record(event('a', { atMs: 10 }))
    const data = { jobID: 'job', dryRun: false, planID: null }
    await activity.record(event('b', { atMs: 20, actor: null, kind: 'collection started', data }))
    await activity.record(event('c', { atMs: 20, repository: 'team/other' }))
    await activity.record(event('e', { atMs: 50, repository: 'teams', actor: 'bob' }))
    await activity.record(event('f', { atMs: 60, repository: 'team-b/app', actor: 'bob' }))
    await activity.record(
      event('g', {
        atMs: 70,
        kind: 'access changed',
        repository: null,
        actor: 'bob',
        data: { account: 'eve', changes: [] },
      }),
    )
    await activity.record(
      event('h', {
        atMs: 80,
        repository: 'deep/er/app',
        actor: 'bob',
        data: { reference: 'eve', digest: null, tags: null },
      }),
    )
    return activity
  }

  describe('activity', () => {
    test('an event reads back as it was recorded', async () => {
      const { activity } = await open()
      const data = { reference: '1', digest: 'sha256:aa', tags: ['1', 'old'], afterRestart: true }
      const full = event('a', { data })
      const bare = event('b', {
        actor: null,
        from: null,
        repository: null,
        kind: 'schedule changed',
        data: { after: null },
      })
      await activity.record(full)
      await activity.record(bare)
      expect((await activity.list({ limit: 2 })).events).toEqual([bare, full])
    })

    test.each(activityKinds)('an event of the kind "%s" reads back with its data', async (kind) => {
      const { activity } = await open()
      const recorded = event('a', { kind, data: sampleData[kind] } as Partial<DomainEvent>)
      await activity.record(recorded)
      expect((await activity.list({ limit: 1 })).events).toEqual([recorded])
    })

    test('an event of an earlier version reads back in its words, and concerns its account', async () => {
      const { activity } = await open()
      const legacy = { subject: 'eve', text: 'created as the first administrator' }
      const kind = 'account changed'
      const recorded = event('a', { kind, repository: null, data: { legacy } })
      await activity.record(recorded)
      const visibleTo = { account: 'eve', scopes: [] }
      expect((await activity.list({ limit: 1, visibleTo })).events).toEqual([recorded])
    })

    test.each<[string, ActivityFilter, string]>([
      ['newest first, and by the order of recording at the same instant', {}, 'hgfedcba'],
      ['of a repository', { repository: 'team/app' }, 'ba'],
      [
        'of a namespace, but not of another that begins with its name',
        { namespace: 'team' },
        'cba',
      ],
      ['of all below a namespace', { namespace: 'deep' }, 'h'],
      ['of an account', { actor: 'ada' }, 'dca'],
      ['of no account', { actor: null }, 'b'],
      ['of some kinds', { kinds: ['signed in', 'collection started'] }, 'db'],
      ['of no kind', { kinds: [] }, ''],
      ['from an instant on', { fromMs: 40 }, 'hgfed'],
      ['up to, but not including, an instant', { toMs: 20 }, 'a'],
      [
        'that meet all conditions',
        { repository: 'team/app', actor: 'ada', fromMs: 10, toMs: 30 },
        'a',
      ],
    ])('lists events %s', async (_, filter, expected) => {
      const activity = await openWithEvents()
      const { events, next } = await activity.list({ ...filter, limit: 10 })
      expect(events.map(({ id }) => id).join('')).toBe(expected)
      expect(next).toBeNull()
      expect(await activity.count(filter)).toBe(expected.length)
    })

    test.each<[string, string, readonly string[], ActivityFilter, string]>([
      ['what they did themselves', 'ada', [], {}, 'dca'],
      ['what was done to their account, not what is named like it', 'eve', [], {}, 'g'],
      ['what was done in their namespaces', 'eve', ['team'], {}, 'gcba'],
      ['what was done in their repositories', 'eve', ['team/other', 'teams'], {}, 'gec'],
      ['only what matches their filter', 'eve', ['team'], { actor: 'ada' }, 'ca'],
      ['nothing else', 'nobody', [], {}, ''],
    ])('a reader sees %s', async (_, account, scopes, filter, expected) => {
      const activity = await openWithEvents()
      const visible = { ...filter, visibleTo: { account, scopes } }
      const { events } = await activity.list({ ...visible, limit: 10 })
      expect(events.map(({ id }) => id).join('')).toBe(expected)
      expect(await activity.count(visible)).toBe(expected.length)
    })

    test('a reader sees nothing of an earlier account of their name, except in repositories that both may see', async () => {
      const activity = await openWithEvents()
      const seenBy = async (account: string, sinceMs: number, scopes: readonly string[] = []) => {
        const visible = { visibleTo: { account, scopes, sinceMs } }
        const { events } = await activity.list({ ...visible, limit: 10 })
        expect(await activity.count(visible)).toBe(events.length)
        return events.map(({ id }) => id).join('')
      }
      expect(await seenBy('ada', 10)).toBe('dca')
      expect(await seenBy('ada', 20)).toBe('dc')
      expect(await seenBy('ada', 41)).toBe('')
      expect(await seenBy('eve', 71)).toBe('')
      expect(await seenBy('ada', 41, ['team'])).toBe('cba')
    })

    test('comes in pages, also if more is recorded in between', async () => {
      const activity = await openWithEvents()
      const seen: string[] = []
      let after: ActivityPlace | null = null
      do {
        const page = await activity.list({ limit: 3, ...(after === null ? {} : { after }) })
        seen.push(page.events.map(({ id }) => id).join(''))
        after = page.next
        await activity.record(event(`new ${seen.length}`, { atMs: 90 }))
      } while (after !== null)
      expect(seen).toEqual(['hgf', 'edc', 'ba'])
    })

    test('a page that is exactly full is the last one', async () => {
      const activity = await openWithEvents()
      expect((await activity.list({ limit: 8 })).next).toBeNull()
      expect((await activity.list({ limit: 7 })).next).not.toBeNull()
      expect((await activity.list({ limit: 3, actor: 'ada' })).next).toBeNull()
    })
  })
}
