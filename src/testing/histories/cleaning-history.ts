import { expect, vi } from 'vitest'
import { tagLink } from '#registry/layout.ts'
import { createTestApi } from '../builders/test-api.ts'
import type { TinyManifest } from '../builders/tiny-image.ts'
import {
  first,
  hourMs,
  images,
  index,
  policies,
  second,
  type CleaningAct,
  type Doing,
  type Policy,
  type TagNow,
} from './cleaning-acts.ts'

/** Random histories of one repository that is cleaned by rule, beside an obvious model of it. */

const app = 'team/app'
/** For so long a report of what runs is good. */
const goodForMs = 30 * hourMs

/** How often something happened that the history is about, so that a test sees that it does. */
export interface CleaningCounts {
  removed: number
  keptRunning: number
  refused: number
}

/** Executes a history, and checks after each act that nothing went that had to stay. */
export async function cleaningHappens(
  acts: readonly CleaningAct[],
  counts: CleaningCounts,
): Promise<void> {
  const api = await createTestApi()
  const { clock, services } = api
  const admin = api.as('admin')
  await services.pullRecorder.begin()
  /** By so much the clock was set back: the model knows how much time has really passed. */
  let setBackMs = 0
  const trueMs = (): number => clock.nowMs() + setBackMs
  const startedMs = trueMs()
  let policy: Policy = policies[0] as Policy
  let reported: { readonly images: ReadonlySet<string>; readonly atMs: number } | null = null
  /** A report of an index that is not here says nothing of its platforms. */
  let isIndexThere = false
  /** By tag and digest: really, and by the clock. */
  const pushedMs = new Map<string, number>()
  const recordedMs = new Map<string, number>()
  /** By tag, and by digest. */
  const pulledMs = new Map<string, number>()

  const ask = async (method: string, path: string, body?: object) => {
    const headers = { 'Content-Type': 'application/json' }
    const sent = body === undefined ? {} : { headers, body: JSON.stringify(body) }
    return await admin.ask(method, `/api/v0${path}`, sent)
  }
  const must = async (method: string, path: string, body?: object) => {
    const answer = await ask(method, path, body)
    expect([answer.status < 300, answer.text]).toEqual([true, answer.text])
    return answer
  }
  const brakes = { beforeCollections: false, maximumShare: 100, maximumImages: null }
  const running = { maximumAgeMinutes: goodForMs / 60_000, clusters: [] }
  await must('PUT', '/retention/settings', { ...brakes, approveFirst: false, running })

  /** Each tag with its digest. */
  async function shown(): Promise<ReadonlyMap<string, string>> {
    isIndexThere = (await services.registry.queries.image(app as never, index.digest)) !== null
    const found = (await services.registry.queries.tags(app as never)) ?? []
    return new Map(found.map(({ name, digest }) => [name as string, digest ?? '']))
  }

  /** What runs, and what is needed with it. */
  function runs(digest: string): boolean {
    const named = reported?.images
    if (named === undefined) return false
    const isPlatform = digest === first.digest || digest === second.digest
    if (isPlatform && isIndexThere && named.has(index.digest)) return true
    const hasRunningPlatform = named.has(first.digest) || named.has(second.digest)
    return named.has(digest) || (digest === index.digest && hasRunningPlatform)
  }

  function isReportGood(): boolean {
    if (reported === null) return policy.needsReport !== true
    const ageMs = trueMs() - reported.atMs
    return ageMs <= goodForMs
  }

  function tagNow(name: string, all: ReadonlyMap<string, string>): TagNow {
    const nowMs = trueMs()
    const digest = all.get(name) ?? ''
    const keyOf = (tagName: string) => `${tagName} ${all.get(tagName)}`
    // Which of two is newer, only the clock can say.
    const pushOf = (tagName: string) => recordedMs.get(keyOf(tagName)) ?? clock.nowMs()
    const lastPushMs = pushedMs.get(keyOf(name)) ?? nowMs
    const newest = (one: string) =>
      Math.max(...[...all].flatMap(([other, of]) => (of === one ? [pushOf(other)] : [])))
    const names = [...all].flatMap(([other, of]) => (of === digest ? [other] : []))
    const platforms = digest === index.digest ? [first.digest, second.digest] : []
    const pulls = [...names, digest, ...platforms].map((one) => pulledMs.get(one) ?? startedMs)
    const others = new Set([...all.values()].filter((one) => one !== digest))
    return {
      name,
      ageMs: nowMs - lastPushMs,
      unusedMs: nowMs - Math.max(lastPushMs, ...pulls),
      newerImages: [...others].filter((one) => newest(one) > newest(digest)).length,
    }
  }

  function noteLink(name: string, digest: string): void {
    pushedMs.set(`${name} ${digest}`, trueMs())
    recordedMs.set(`${name} ${digest}`, clock.nowMs())
  }

  async function remove(doing: Extract<Doing, { kind: 'delete' }>): Promise<void> {
    const before = await shown()
    const digest = before.get(doing.tag)
    if (digest === undefined) return
    const ran = runs(digest)
    const confirmed = doing.confirms ? `?confirmRunning=${doing.tag}` : ''
    const kind = doing.whole ? 'manifests' : 'tags'
    const answer = await ask('DELETE', `/repositories/${app}/${kind}/${doing.tag}${confirmed}`)
    const after = await shown()
    const gone = [...before.keys()].filter((name) => !after.has(name))
    expect(gone.filter((name) => policy.protects(name))).toEqual([])
    if (answer.status === 204) expect(!ran || doing.confirms).toBe(true)
    else {
      counts.refused += 1
      expect(['TAG_PROTECTED', 'IMAGE_RUNNING']).toContain(answer.code)
      expect(after).toEqual(before)
      expect(ran || [...before.keys()].some((name) => policy.protects(name))).toBe(true)
    }
  }

  async function perform(doing: Doing): Promise<void> {
    switch (doing.kind) {
      case 'push': {
        const pushed = images[doing.image] as TinyManifest
        const before = (await shown()).get(doing.tag)
        const isHeld = policy.protects(doing.tag) && before !== undefined
        if (isHeld && before !== pushed.digest) {
          const headers = { 'Content-Type': pushed.mediaType }
          const path = `/v2/${app}/manifests/${doing.tag}`
          const { status } = await admin.ask('PUT', path, { headers, body: pushed.bytes })
          expect([403, 404, 400]).toContain(status)
          expect((await shown()).get(doing.tag)).toBe(before)
          return
        }
        for (const part of pushed === index ? [first, second] : []) {
          await admin.pushImage(app, part, part.digest)
        }
        await admin.pushImage(app, pushed, doing.tag)
        noteLink(doing.tag, pushed.digest)
        return
      }
      case 'pull': {
        const digest = (await shown()).get(doing.tag)
        if (digest === undefined) return
        const reference = doing.byDigest ? digest : doing.tag
        expect((await admin.ask('GET', `/v2/${app}/manifests/${reference}`)).status).toBe(200)
        for (const one of [digest, reference]) pulledMs.set(one, trueMs())
        return
      }
      case 'report': {
        const digests = doing.images.map((number) => images[number]?.digest ?? '')
        const lines = digests.length === 0 ? ['-'] : digests
        await must('PUT', '/running/prod', { images: lines })
        reported = { images: new Set(digests), atMs: trueMs() }
        return
      }
      case 'no reports':
        await ask('DELETE', '/running/prod')
        reported = null
        return
      case 'policy':
        policy = policies[doing.policy] as Policy
        await must('PUT', '/retention/policies/team', { rules: policy.rules })
        return
      case 'delete':
        await remove(doing)
        return
      case 'restore': {
        const entries = await services.registry.trash.list()
        const entry = entries[doing.pick % Math.max(1, entries.length)]
        if (entry) await ask('POST', `/trash/${entry.id}/restore`, { onConflict: 'refuse' })
        return
      }
      case 'rewrite': {
        const digest = (await shown()).get(doing.tag)
        if (digest === undefined) return
        await api.storage.write(
          tagLink(app as never, doing.tag as never),
          new TextEncoder().encode(digest),
        )
        noteLink(doing.tag, digest)
        return
      }
      case 'pass':
        clock.advance(doing.hours * hourMs)
        return
      case 'set back':
        // The server looks at what runs all the time, for its metrics.
        await must('GET', '/running')
        clock.advance(-doing.hours * hourMs)
        setBackMs += doing.hours * hourMs
        await must('GET', '/running')
        return
    }
  }

  async function reportAgain(): Promise<void> {
    if (reported === null) return
    const numbers = [...images.keys()].filter((at) =>
      reported?.images.has(images[at]?.digest ?? ''),
    )
    await perform({ kind: 'report', images: numbers })
  }

  async function clean(meanwhile: Doing | null): Promise<void> {
    let before = await shown()
    if (meanwhile !== null) {
      const { trash } = services.registry
      const { softDelete } = trash
      vi.spyOn(trash, 'softDelete').mockImplementationOnce(async (request) => {
        await perform(meanwhile)
        before = await shown()
        return await softDelete(request)
      })
    }
    const started = await must('POST', '/admin/jobs', { job: 'retention' })
    await services.jobs.jobEnd((started.json as { id: string }).id)
    vi.restoreAllMocks()
    const after = await shown()
    const trashed = await services.registry.trash.list()
    const names = new Set<string>(
      trashed.flatMap((entry) => [...entry.tags.map((one) => one.name), ...entry.earlierTags]),
    )
    for (const [name, digest] of before) {
      const now = tagNow(name, before)
      const mayGo = policy.takes(now) && isReportGood() && !policy.protects(name) && !runs(digest)
      const isGone = after.get(name) !== digest
      if (isGone) {
        counts.removed += 1
        expect([name, now, mayGo]).toEqual([name, now, true])
        expect(names).toContain(name)
      }
      if (runs(digest) && policy.takes(now)) counts.keptRunning += 1
      // What happens amid a run may end it; and a clock that was wrong may keep too much.
      const mustGo = mayGo && meanwhile === null && setBackMs === 0
      if (mustGo) expect([name, now, isGone]).toEqual([name, now, true])
    }
  }

  for (const doing of acts) {
    clock.advance(1000)
    if (doing.kind !== 'clean') await perform(doing)
    else {
      if (doing.isFresh) await reportAgain()
      await clean(doing.meanwhile)
    }
  }
  expect(api.failures).toEqual([])
}
