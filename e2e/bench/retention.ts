import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createDigester } from '#adapters/crypto-web/digester.ts'
import { createMemoryCoordination } from '#adapters/memory/coordination/memory-coordination.ts'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { createMemoryObjectStore } from '#adapters/memory/memory-object-store.ts'
import { createMemoryUploadStore } from '#adapters/memory/memory-upload-store.ts'
import { openSqlState } from '#adapters/sqlite/sql-state.ts'
import { parseRetentionPolicy } from '#domain/retention/parse-policy.ts'
import { wholeRegistry } from '#domain/retention/scope.ts'
import { nodeRuntime } from '#hosts/server/node-runtime.ts'
import { tagLink } from '#registry/layout.ts'
import { createRegistry, type Registry } from '#registry/registry.ts'
import { buildImage } from '#services/samples/image-builder.ts'
import { previewRetention } from '#services/retention/preview.ts'
import { readStoredPulls } from '#services/retention/pull-recorder.ts'
import { createRunningGuard } from '#services/retention/running/running-guard.ts'
import type { State } from '#state/state.ts'
import { memoryTarget } from '../store-target.ts'
import { createStoreWriter, makeLayer, repositoryNamed, tagNamed } from '../store-writer.ts'
import { median, progress } from './measure.ts'
import type { Figure } from './report.ts'

const repository = repositoryNamed('team/app')
const hourMs = 3_600_000
/** Of each kind, on each fifth tag, as a build server and a cluster leave them. */
const pulledEach = 5

const rules = `rules:
  - protect: { tags: [stable, 'v*.0'] }
  - keep: { tags: ['v*'], newest: 100, by: version }
  - keep: { tags: ['*'], newest: 1000, by: pushed }
  - remove: { tags: ['pr-*'], olderThan: 14d, notPulledFor: 7d }
  - remove: { tags: ['nightly-*'], exceptNewest: 30 }
  - remove: { untagged: true, olderThan: 24h }
`

const tagOf = (number: number): string => {
  const kinds = [`pr-${number}`, `v1.${number}`, `nightly-${number}`, `sha-${number}`]
  return kinds[number % kinds.length] ?? ''
}

/** Small images of one repository, each with a tag, pushed an hour after each other. */
function fill(tags: number): { readonly registry: Registry; readonly digests: readonly string[] } {
  const { clock, pause } = nodeRuntime
  const target = memoryTarget(clock.nowMs() - 1000)
  const writer = createStoreWriter(target)
  const shared = makeLayer(0)
  const digests: string[] = []
  for (let number = 0; number < tags; number += 1) {
    const image = buildImage({
      layers: [shared, makeLayer(number + 1)],
      createdAt: '2026-01-01T00:00:00Z',
      command: ['/app'],
    })
    const tag = tagNamed(tagOf(number))
    writer.push(repository, image, { tags: [tag] })
    target.setTime(tagLink(repository, tag), clock.nowMs() - number * hourMs)
    digests.push(image.manifest.digest)
  }
  const storage = createMemoryFileTree({ files: target.files, clock })
  const registry = createRegistry({
    objects: createMemoryObjectStore(storage),
    uploadStore: createMemoryUploadStore(storage),
    ...createMemoryCoordination(nodeRuntime),
    createDigester,
    clock,
    createId: nodeRuntime.createId,
    pause,
  })
  return { registry, digests }
}

/** Pushes and pulls of all these tags. */
async function record(state: State, digests: readonly string[]): Promise<void> {
  const nowMs = nodeRuntime.clock.nowMs()
  await state.transaction(async ({ pushes, pulls }) => {
    for (const [number, digest] of digests.entries()) {
      const atMs = nowMs - number * hourMs
      await pushes.record({ repository, tag: tagOf(number), digest, actor: 'ci', atMs })
    }
    await pulls.setRecording({ sinceMs: nowMs - 100 * 24 * hourMs, openBy: [] })
  })
  const day = Math.floor(nowMs / (24 * hourMs))
  const pulled = digests.flatMap((digest, number) =>
    number % pulledEach === 0 ? [digest, tagOf(number)] : [],
  )
  await state.pulls.add(
    pulled.map((reference) => ({
      repository,
      reference,
      day,
      pulls: 3,
      lastAtMs: nowMs,
      lastBy: 'node',
    })),
  )
}

const processorMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/**
 * Processor time of some work, and the most that one turn of the event loop takes of it. Processor
 * time, because what else runs on the machine does not count; that of the garbage collector's
 * threads is in it.
 */
async function measure(work: () => Promise<unknown>): Promise<{ total: number; longest: number }> {
  let longest = 0
  let isOver = false
  const startedMs = processorMs()
  let turnMs = startedMs
  const turn = (): void => {
    const now = processorMs()
    longest = Math.max(longest, now - turnMs)
    turnMs = now
    if (!isOver) setImmediate(turn)
  }
  setImmediate(turn)
  await work()
  turn()
  isOver = true
  return { total: processorMs() - startedMs, longest }
}

/** What a preview of rules costs over one large repository, and for how long nothing else can run. */
export async function benchRetention(
  scratch: string,
  tags: number,
  runs: number,
): Promise<readonly Figure[]> {
  const work = `preview of rules, ${tags.toLocaleString('en')} tags`
  const parsed = parseRetentionPolicy(rules)
  if (!parsed.ok) throw new Error(parsed.refusal.message)
  const folder = await mkdtemp(join(scratch, 'retention-'))
  const state = await openSqlState(join(folder, 'state.sqlite'))
  try {
    const { registry, digests } = fill(tags)
    await record(state, digests)
    progress(`${work}: filled`)
    const { queries } = registry
    const { pause } = nodeRuntime
    const pullRecorder = { recorded: (name: string) => readStoredPulls(state, name, pause) }
    const running = createRunningGuard({ ...nodeRuntime, state })
    const deps = { ...nodeRuntime, queries, state, pullRecorder, running }
    const preview = () =>
      previewRetention(deps, {
        scope: wholeRegistry,
        draft: parsed.value,
        atMs: null,
        isVisible: () => true,
      })
    const reading = await measure(() => queries.repositories())
    const rounds: { total: number; longest: number }[] = []
    for (let round = 0; round <= runs; round += 1) {
      const measured = await measure(preview)
      // The first one warms up the engine.
      if (round > 0) rounds.push(measured)
    }
    const { totals } = await preview()
    const sum = Object.values(totals.verdicts).reduce((all, one) => all + one, 0)
    if (sum !== tags || totals.verdicts.removed === 0) throw new Error('the verdicts are wrong')
    const of = (pick: (one: { total: number; longest: number }) => number) =>
      median(rounds.map(pick))
    return [
      { work, name: 'longest turn while the index is read', value: reading.longest, unit: 'ms' },
      { work, name: 'processor time', value: of(({ total }) => total), unit: 'ms' },
      { work, name: 'longest turn', value: of(({ longest }) => longest), unit: 'ms' },
    ]
  } finally {
    await state.close()
    await rm(folder, { recursive: true })
  }
}
