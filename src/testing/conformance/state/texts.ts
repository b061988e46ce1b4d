import { describe, expect, test } from 'vitest'
import { account, atMs, event, job, type OpenState } from './state-samples.ts'

/** Of those that databases treat in their own ways, in the order of their code points. */
const characters = [
  '\u0001',
  '\u0001\u0001',
  '\u0001\u0002',
  '\u0002',
  "'",
  '%',
  '\\',
  '_',
  'e\u0301',
  '\u00e9',
  '\uffff',
  '\u{1f4e6}',
]

/** People and other clients choose texts. */
export const textsContract = (open: OpenState) =>
  describe('texts', () => {
    test('read back with every character, also in JSON', async () => {
      const { jobs, activity } = await open()
      const lines = characters.map((data) => ({ timeMs: atMs, level: 'info' as const, data }))
      const all = characters.join('')
      const asked = { [all]: [all] }
      await jobs.save(job('a', { request: asked, error: all }))
      await jobs.appendLog('a', lines)
      await activity.record(
        event('e', { actor: all, data: { reference: all, digest: null, tags: null } }),
      )
      expect(await jobs.find('a')).toEqual(job('a', { request: asked, error: all }))
      expect((await jobs.log('a', 0, 99)).map(({ data }) => data)).toEqual(characters)
      const [recorded] = (await activity.list({ limit: 1, actor: all })).events
      expect(recorded).toMatchObject({ actor: all, data: { reference: all } })
    })

    test('may contain a NUL, which JSON gives back', async () => {
      const { accounts, activity, jobs } = await open()
      await accounts.create(account('ada'))
      expect(await accounts.find('ada\u0000')).toBeNull()
      await jobs.save(job('a', { request: { 'a\u0000': '\u0000b' }, error: 'a\u0000b' }))
      await jobs.appendLog('a', [{ timeMs: atMs, level: 'info', data: 'a\u0000b' }])
      expect((await jobs.find('a'))?.request).toEqual({ 'a\u0000': '\u0000b' })
      await activity.record(event('e', { actor: 'ada\u0000' }))
      expect(await activity.count({ actor: 'ada\u0000' })).toBe(1)
      expect(await activity.count({ actor: 'ada' })).toBe(0)
    })

    test('are equal only if all their characters are', async () => {
      const { accounts } = await open()
      for (const name of characters) expect(await accounts.create(account(name))).toBe(true)
      for (const name of characters) expect(await accounts.find(name)).toEqual(account(name))
      expect(await accounts.find('')).toBeNull()
      expect(await accounts.find('E\u0301')).toBeNull()
    })

    test('of repositories are below a namespace by their code points', async () => {
      const { activity } = await open()
      const repositories = ['a', 'a-b/c', 'a.b/c', 'a/b', 'a/\u{1f4e6}', 'a0/b', 'A/b', 'a_b/c']
      for (const repository of repositories) {
        await activity.record(event(repository, { repository, atMs: 1 }))
      }
      const { events } = await activity.list({ namespace: 'a', limit: 99 })
      expect(events.map(({ repository }) => repository)).toEqual(['a/\u{1f4e6}', 'a/b'])
    })
  })
