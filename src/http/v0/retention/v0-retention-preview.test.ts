import { beforeEach, describe, expect, test } from 'vitest'
import type { WireRetentionPreview } from '#contract/rules/retention.ts'
import { createTestApi, type TestApi, type TestPerson } from '#testing/builders/test-api.ts'
import { tinyImage, tinyIndex } from '#testing/builders/tiny-image.ts'

const dayMs = 24 * 3_600_000
const base = 'a layer that many images share'
const [one, two, three] = ['one', 'two', 'three'].map((text) => tinyImage({ layers: [base, text] }))
const amd64 = tinyImage({ layers: ['of amd64'] })
const arm64 = tinyImage({ layers: ['of arm64'] })
const index = tinyIndex({ amd64, arm64 })
if (one === undefined || two === undefined || three === undefined) throw new Error('no images')
const sbom = tinyImage({ layers: ['sbom of one'], subject: one })

let api: TestApi

const push = async (repository: string, image: typeof one, ...references: string[]) => {
  await api.as('admin').pushImage(repository, image, ...references)
  api.clock.advance(dayMs)
}

async function preview(
  body: { readonly scope: string; readonly policy?: string; readonly at?: string },
  { by = 'admin', query = 'pageSize=100' }: { by?: TestPerson; query?: string } = {},
): Promise<WireRetentionPreview> {
  const answer = await api.as(by).ask('POST', `/api/v0/retention/preview?${query}`, {
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect([answer.status, answer.text]).toEqual([200, answer.text])
  return answer.json as WireRetentionPreview
}

const policyOf = (...rules: readonly string[]): string =>
  ['rules:', ...rules.map((rule) => `  - ${rule}`)].join('\n')

const verdictsOf = ({ verdicts }: WireRetentionPreview) =>
  Object.fromEntries(
    verdicts.map(({ repository, tag, digest, verdict }) => [
      `${repository}:${tag ?? digest}`,
      verdict,
    ]),
  )

const save = (scope: string, ...rules: readonly string[]) =>
  api.as('admin').ask('PUT', `/api/v0/retention/policies/${scope}`, {
    headers: { 'Content-Type': 'application/yaml' },
    body: policyOf(...rules),
  })

beforeEach(async () => {
  api = await createTestApi()
  await push('team/app', one, 'pr-1', 'alias')
  await push('team/app', sbom)
  await push('team/app', two, 'pr-2')
  await push('team/app', amd64)
  await push('team/app', arm64)
  await push('team/app', index, 'v1.0.0')
  await push('team/app', three, 'latest')
  await push('team/other', two, 'pr-2')
  await push('secret/app', one, 'pr-9')
})

describe('a preview', () => {
  test('says of each tag what would happen to it, by which rule and why', async () => {
    const made = await preview({
      scope: 'team/app',
      policy: policyOf('protect: { tags: [latest] }', `remove: { tags: ['pr-*'], olderThan: 7d }`),
    })
    expect(made.verdicts).toMatchObject([
      { tag: 'alias', verdict: 'unmatched', rule: null, bytesFreed: 0 },
      {
        tag: 'latest',
        verdict: 'protected',
        rule: { line: 2 },
        reason: 'Protect tags latest (line 2)',
      },
      {
        tag: 'pr-1',
        verdict: 'removed',
        digest: one.digest,
        rule: { verb: 'remove', line: 3 },
        reason: 'Remove tags pr-* pushed more than 7 days ago (line 3)',
        pushedAt: '2026-11-24T12:00:00.000Z',
        // Another tag keeps the image.
        bytesFreed: 0,
      },
      // Pushed exactly seven days ago.
      { tag: 'pr-2', verdict: 'removed' },
      { tag: 'v1.0.0', verdict: 'unmatched' },
    ])
    expect(made.totals).toMatchObject({
      protected: 1,
      kept: 0,
      removed: 2,
      unmatched: 2,
      images: 1,
    })
    expect(made.at).toBe(new Date(api.clock.nowMs()).toISOString())
  })

  test('counts bytes once, and none that stay needed elsewhere', async () => {
    const made = await preview({
      scope: 'team',
      policy: policyOf(`remove: { tags: ['pr-*', alias] }`),
    })
    // Both tags of "two" go, so its own layer does; that of "one" is in another repository too.
    const freed = made.verdicts.map(({ repository, tag, bytesFreed }) => [
      repository,
      tag,
      bytesFreed,
    ])
    expect(made.totals.bytesFreed).toBe(
      made.verdicts.reduce((sum, { bytesFreed }) => sum + bytesFreed, 0),
    )
    const bytesOf = (repository: string, tag: string) =>
      freed.find(([where, name]) => where === repository && name === tag)?.[2]
    expect(bytesOf('team/app', 'pr-2')).toBe(
      two.bytes.length + new TextEncoder().encode('two').length,
    )
    expect(bytesOf('team/other', 'pr-2')).toBe(0)
  })

  test('is what deleting its removed tags does, to the byte', async () => {
    const policy = policyOf(`remove: { tags: ['*'] }`, `keep: { tags: [latest] }`)
    const made = await preview({ scope: 'team', policy })
    for (const { repository, tag, verdict } of made.verdicts) {
      if (verdict !== 'removed' || tag === null) continue
      const path = `/api/v0/repositories/${repository}/tags/${tag}`
      expect((await api.as('admin').ask('DELETE', path)).status).toBe(204)
    }
    const left = await preview({ scope: 'team', policy })
    expect(verdictsOf(left)).toEqual({ 'team/app:latest': 'kept' })
    await api.services.reclaimable.currentView()
    const view = await api.services.reclaimable.currentView()
    expect(view).toMatchObject({ reclaimable: { bytes: made.totals.bytesFreed } })
  })

  test('compares a draft with the policies in force, and changes neither', async () => {
    await save('team', `remove: { tags: ['pr-1'] }`)
    const made = await preview({ scope: 'team', policy: policyOf(`remove: { tags: ['pr-*'] }`) })
    expect([made.totals.removed, made.inForce?.removed]).toEqual([3, 1])
    const now = await preview({ scope: 'team' })
    expect([now.totals.removed, now.inForce]).toEqual([1, null])
  })

  test('says for each tag what a draft changes, also where the totals are the same', async () => {
    await save('team', `remove: { tags: ['pr-1'] }`, `protect: { tags: [latest] }`)
    const policy = policyOf(`remove: { tags: [alias] }`, `keep: { tags: [latest] }`)
    const made = await preview({ scope: 'team/app', policy })
    expect([made.totals.removed, made.inForce?.removed]).toEqual([1, 1])
    expect(made.changes).toEqual({ nowRemoved: 1, noLongerRemoved: 1, otherwise: 1 })
    const changed = made.verdicts.map(({ tag, verdict, inForce }) => [
      tag,
      verdict,
      inForce?.verdict,
      inForce?.reason,
    ])
    expect(changed).toEqual([
      ['alias', 'removed', 'unmatched', 'No rule is about this tag, so it is kept'],
      ['latest', 'kept', 'protected', 'Protect tags latest (line 3)'],
      ['pr-1', 'unmatched', 'removed', 'Remove tags pr-1 (line 2)'],
      ['pr-2', 'unmatched', 'unmatched', 'No rule is about this tag, so it is kept'],
      ['v1.0.0', 'unmatched', 'unmatched', 'No rule is about this tag, so it is kept'],
    ])
    const path = `/api/v0/retention/previews/${made.previewID}`
    const tagsWith = async (change: string) => {
      const answer = await api.as('admin').ask('GET', `${path}?change=${change}`)
      return (answer.json as WireRetentionPreview).verdicts.map(({ tag }) => tag)
    }
    expect(await tagsWith('any')).toEqual(['alias', 'latest', 'pr-1'])
    expect(await tagsWith('nowRemoved')).toEqual(['alias'])
    expect(await tagsWith('noLongerRemoved')).toEqual(['pr-1'])
    expect(await tagsWith('otherwise')).toEqual(['latest'])
  })

  test('compares nothing with itself', async () => {
    await save('team', `remove: { tags: ['pr-1'] }`)
    const made = await preview({ scope: 'team' }, { query: 'change=any' })
    expect([made.changes, made.verdicts]).toEqual([null, []])
  })

  test('counts what the policies in force do not judge as kept by them', async () => {
    const unreadable = {
      scope: 'team/other',
      version: 1,
      text: 'x',
      format: 9,
      savedAtMs: 1,
      savedBy: null,
    }
    await api.services.state.retentionPolicies.add(unreadable)
    const made = await preview({ scope: 'team/other', policy: policyOf(`remove: { tags: ['*'] }`) })
    expect(made.changes).toEqual({ nowRemoved: 1, noLongerRemoved: 0, otherwise: 0 })
    expect(made.verdicts).toMatchObject([{ tag: 'pr-2', verdict: 'removed', inForce: null }])
  })

  test('leaves a narrower scope its own policy', async () => {
    await save('team/other', `keep: { tags: ['*'] }`)
    const made = await preview({ scope: 'registry', policy: policyOf(`remove: { tags: ['*'] }`) })
    expect(verdictsOf(made)).toMatchObject({
      'secret/app:pr-9': 'removed',
      'team/app:latest': 'removed',
      'team/other:pr-2': 'kept',
    })
  })

  test('can be for another moment', async () => {
    const policy = policyOf(`remove: { tags: ['pr-*'], olderThan: 7d }`)
    const removedAt = async (at: string) =>
      (await preview({ scope: 'team', policy, at })).totals.removed
    expect(await removedAt('2026-11-25T12:00:00Z')).toBe(0)
    expect(await removedAt('2026-12-01T12:00:00Z')).toBe(1)
    expect(await removedAt('2027-01-01T00:00:00Z')).toBe(3)
  })

  test('says when it was made, beside the moment that it is for', async () => {
    const now = await preview({ scope: 'team' })
    expect(now.madeAt).toBe(now.at)
    const later = await preview({ scope: 'team', at: '2027-01-01T00:00:00Z' })
    expect(later).toMatchObject({ at: '2027-01-01T00:00:00.000Z', madeAt: now.madeAt })
  })

  test('names no repository that the caller may not read', async () => {
    const policy = policyOf(`remove: { tags: ['*'] }`)
    const made = await preview({ scope: 'registry', policy }, { by: 'reader' })
    expect(new Set(made.verdicts.map(({ repository }) => repository))).toEqual(
      new Set(['team/app', 'team/other']),
    )
    expect((await preview({ scope: 'secret', policy }, { by: 'reader' })).verdicts).toEqual([])
  })

  test('answers in pages, which stay those of the preview', async () => {
    const first = await preview({ scope: 'team' }, { query: 'pageSize=2&count=true' })
    await api.as('admin').ask('DELETE', '/api/v0/repositories/team/app/tags/latest')
    const tags: (string | null)[] = []
    const path = `/api/v0/retention/previews/${first.previewID}`
    for (let start: string | null = ''; start !== null;) {
      const answer = await api.as('admin').ask('GET', `${path}?pageSize=2&pageStart=${start}`)
      tags.push(...(answer.json as WireRetentionPreview).verdicts.map(({ tag }) => tag))
      start = answer.headers.get('X-Next-Page-Start')
    }
    expect(tags).toEqual(['alias', 'latest', 'pr-1', 'pr-2', 'v1.0.0', 'pr-2'])
    const some = await api.as('admin').ask('GET', `${path}?verdict=removed`)
    expect((some.json as WireRetentionPreview).verdicts).toEqual([])
    expect((await api.as('owner').ask('GET', path)).status).toBe(404)
  })

  test('finds untagged images by their own time, and never platforms or attachments', async () => {
    await api.as('admin').ask('DELETE', '/api/v0/repositories/team/app/tags/alias')
    await push('team/app', three, 'pr-1')
    const policy = policyOf(`remove: { untagged: true, olderThan: 5d }`)
    const made = await preview({ scope: 'team/app', policy })
    expect(made.verdicts.filter(({ verdict }) => verdict === 'removed')).toMatchObject([
      { tag: null, digest: one.digest },
    ])
    // Its SBOM goes with it.
    expect(made.totals.images).toBe(2)
  })

  test('keeps all of a repository whose policy cannot be read', async () => {
    const stored = {
      scope: 'team/app',
      version: 1,
      text: 'x',
      format: 9,
      savedAtMs: 1,
      savedBy: null,
    }
    await api.services.state.retentionPolicies.add(stored)
    const made = await preview({ scope: 'team', policy: policyOf(`remove: { tags: ['*'] }`) })
    expect(made.leftOut).toMatchObject([{ repository: 'team/app' }])
    expect(verdictsOf(made)).toEqual({ 'team/other:pr-2': 'removed' })
  })

  test('selects by platform and label of the configuration', async () => {
    const config = '{"os":"linux","architecture":"arm64","config":{"Labels":{"ci":"yes"}}}'
    await push('team/other', tinyImage({ layers: ['labelled'], config }), 'labelled')
    for (const part of ['label: ci=yes', 'platform: linux/arm64']) {
      const policy = policyOf(`remove: { tags: ['*'], ${part} }`)
      expect(verdictsOf(await preview({ scope: 'team/other', policy }))).toEqual({
        'team/other:labelled': 'removed',
        'team/other:pr-2': 'unmatched',
      })
    }
  })
})
