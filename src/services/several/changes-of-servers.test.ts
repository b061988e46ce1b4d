import { describe, expect, test } from 'vitest'
import { createRegistryChanges, type RegistryChange } from '#registry/registry-change.ts'
import { repositoryName, tagName } from '#testing/builders/test-registry.ts'
import { contentOf } from '#testing/builders/tiny-image.ts'
import { createMemoryFeed } from '#testing/services/memory-feed.ts'
import { createChangesOfServers } from './changes-of-servers.ts'

let servers = 0
function open(feed: ReturnType<typeof createMemoryFeed>) {
  const changes = createRegistryChanges()
  const seen: RegistryChange[] = []
  const failures: string[] = []
  changes.subscribe((change) => void seen.push(change))
  const between = createChangesOfServers({
    feed,
    changes,
    createId: () => `server-${(servers += 1)}`,
    report: (what) => void failures.push(what),
  })
  return { ...between, emit: changes.emit, seen, failures }
}

const change = (name: string, more: Partial<RegistryChange> = {}): RegistryChange => ({
  repository: repositoryName(name),
  tags: [tagName('1.0')],
  manifests: [contentOf(name).digest],
  ...more,
})

describe('changes of other servers', () => {
  test('are heard whole, in their order, once, and not told again', async () => {
    const feed = createMemoryFeed()
    const [a, b] = [open(feed), open(feed)]
    await b.heard()
    const made = [
      change('team/app'),
      change('team/app', { areUnlinked: true, tags: [] }),
      change('team/old', { isGone: true }),
      change('team/x'),
      change('team/y'),
    ]
    for (const one of made) {
      a.emit(one)
      await a.told()
    }
    await b.heard()
    expect(b.seen).toEqual(made)
    await b.told()
    await a.heard()
    await b.heard()
    expect(a.seen).toEqual(made)
    expect(b.seen).toEqual(made)
  })

  test('are heard by who asks after they were told, also while another question goes on', async () => {
    const feed = createMemoryFeed()
    const [a, b] = [open(feed), open(feed)]
    await b.heard()
    const early = b.heard()
    a.emit(change('team/app'))
    await a.told()
    await Promise.all([b.heard(), b.heard(), b.heard()])
    expect(b.seen).toHaveLength(1)
    await early
  })

  test('share a question of many at once', async () => {
    const feed = createMemoryFeed()
    const b = open(feed)
    await b.heard()
    feed.questions = 0
    await Promise.all(Array.from({ length: 20 }, () => b.heard()))
    expect(feed.questions).toBe(2)
  })

  test('are found out later if the feed is lost, and then go on', async () => {
    const feed = createMemoryFeed()
    const [a, b] = [open(feed), open(feed)]
    await b.heard()
    feed.isLost = true
    a.emit(change('team/app'))
    await a.told()
    await expect(b.heard()).rejects.toThrow('does not answer')
    expect(a.failures).toContain('other servers see a change later')
    feed.isLost = false
    a.emit(change('team/other'))
    await a.told()
    await b.heard()
    expect(b.seen).toEqual([change('team/app'), change('team/other')])
  })

  test('that are no longer kept, or of another form, stop nothing', async () => {
    const feed = createMemoryFeed()
    const [a, b] = [open(feed), open(feed)]
    await b.heard()
    a.emit(change('team/app'))
    await a.told()
    await feed.forget()
    await b.heard()
    await feed.publish('registry', '{"from":"x","changes":[{"repository":"../x"},7]}')
    await feed.publish('registry', 'no JSON')
    await feed.publish('something else', '{}')
    a.emit(change('team/next'))
    await a.told()
    await b.heard()
    expect(b.seen).toEqual([change('team/next')])
    expect(b.failures).toEqual([])
  })
})
