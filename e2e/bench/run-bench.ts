import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { benchPlan, benchSweep, benchUntagged, storeOf } from './collecting.ts'
import { compileServer } from '../server-process.ts'
import { benchDashboard } from './dashboard.ts'
import { benchInMemory } from './in-memory.ts'
import { pulling } from './pulling.ts'
import { pushing } from './pushing.ts'
import { benchRecordedPulls } from './recorded-pulls.ts'
import { benchRetention } from './retention.ts'
import { benchScale } from './scale.ts'
import { benchScheduled } from './scheduled.ts'
import { benchSecondRun } from './second-run.ts'
import { benchSeveral } from './several.ts'
import { benchSignIns } from './sign-ins.ts'
import { benchTraffic } from './traffic.ts'
import { benchWhileCollecting } from './while-collecting.ts'
import { describeMachine, formatReport, type Figure, type Report } from './report.ts'
import type { Comparison } from './measure.ts'

/*
 * Measures Jetsam beside docker-registry, on the same stores and in the same run, prints tables and
 * writes JSON. It judges nothing.
 */

const { values } = parseArgs({
  options: {
    blobs: { type: 'string', default: '10000,30000,100000,500000' },
    /**
     * Above this many blobs, benchmarks that copy the store or push to it are left out: they take
     * long.
     */
    'copied-blobs': { type: 'string', default: '30000' },
    /** Each is one repository with this many tags. */
    tags: { type: 'string', default: '500,1000,2000,4000' },
    runs: { type: 'string', default: '3' },
    /** Runs that change the store need a copy each. */
    'sweep-runs': { type: 'string', default: '2' },
    only: {
      type: 'string',
      default: 'plan,sweep,second-run,untagged,memory,retention,traffic,serving,sign-ins,dashboard',
    },
    /** The size of the layer that is pushed and pulled. */
    megabytes: { type: 'string', default: '1024' },
    /** The number of small images that are pushed. */
    images: { type: 'string', default: '1000' },
    /**
     * docker-registry needs a minute and a half for 2,000 tags, and four times as long for 4,000.
     */
    'reference-tags': { type: 'string', default: '2000' },
    /** The number of runs of docker-registry if one takes long. */
    'reference-runs': { type: 'string', default: '2' },
    'memory-blobs': { type: 'string', default: '100000' },
    /** In one repository that rules are about. */
    'retention-tags': { type: 'string', default: '100000' },
    /** In one turn, for `--only pulls`. */
    pulls: { type: 'string', default: '5000' },
    /** Of each bucket, for `--only scale`. */
    'bucket-blobs': { type: 'string', default: '2000' },
    /** Above this many, docker-registry is left out: it takes six minutes for 2,000. */
    'bucket-reference-blobs': { type: 'string', default: '2000' },
    /** In the folder that several servers share, for `--only several`. */
    'several-blobs': { type: 'string', default: '10000' },
    /** The number of tags in the repository that the dashboard shows. */
    'dashboard-tags': { type: 'string', default: '100000' },
    out: { type: 'string', default: 'bench.json' },
  },
})

const numbers = (text: string): number[] => text.split(',').filter(Boolean).map(Number)
const only = new Set(values.only.split(','))
const runs = Number(values.runs)
const sweepRuns = Number(values['sweep-runs'])
const referenceRuns = Number(values['reference-runs'])
/** From here on a run of docker-registry takes so long that a few must suffice. */
const manyBlobs = 50_000
const manyTags = 1000

const comparisons: Comparison[] = []
const figures: Figure[] = []
const takenAt = new Date().toISOString()
const report = (): Report => ({ machine: describeMachine(), takenAt, comparisons, figures })

/** Written after each part: all of them take long, and a failure must not lose earlier results. */
const keep = (): Promise<void> => writeFile(values.out, `${JSON.stringify(report(), null, 2)}\n`)

async function add(...measured: readonly Comparison[]): Promise<void> {
  comparisons.push(...measured)
  await keep()
}

async function addFigures(measured: readonly Figure[]): Promise<void> {
  figures.push(...measured)
  await keep()
}

const scratch = await mkdtemp(join(tmpdir(), 'jetsam-bench-'))
try {
  compileServer()
  const onStores = ['plan', 'sweep', 'second-run', 'serving'].some((part) => only.has(part))
  for (const blobs of onStores ? numbers(values.blobs) : []) {
    const store = await storeOf(scratch, blobs)
    const isCopied = blobs <= Number(values['copied-blobs'])
    if (only.has('plan')) {
      const rounds = blobs < manyBlobs ? runs : referenceRuns
      await add(await benchPlan(store, runs, rounds))
    }
    if (only.has('sweep') && isCopied) await add(await benchSweep(store, sweepRuns))
    if (only.has('second-run') && isCopied) {
      await add(await benchSecondRun(store, runs))
      await addFigures(await benchScheduled(store))
    }
    if (only.has('serving') && isCopied) {
      await addFigures(await benchWhileCollecting(store, 'pushes', 'accept-pushes', pushing))
      await addFigures(await benchWhileCollecting(store, 'pulls', 'accept-pushes', pulling))
      await addFigures(await benchWhileCollecting(store, 'pulls', 'reject-pushes', pulling))
    }
    await rm(store.folder, { recursive: true })
  }
  for (const tags of only.has('untagged') ? numbers(values.tags) : []) {
    const isCompared = tags <= Number(values['reference-tags'])
    const rounds = tags < manyTags ? referenceRuns : 1
    const options = { runs, referenceRuns: isCompared ? rounds : 0 }
    await add(await benchUntagged(scratch, tags, options))
  }
  if (only.has('memory')) {
    await addFigures(await benchInMemory(Number(values['memory-blobs']), runs))
  }
  if (only.has('retention')) {
    await addFigures(await benchRetention(scratch, Number(values['retention-tags']), runs))
  }
  if (only.has('traffic')) {
    const traffic = await benchTraffic(scratch, {
      runs: sweepRuns,
      megabytes: Number(values.megabytes),
      images: Number(values.images),
    })
    await add(...traffic)
  }
  for (const blobs of only.has('scale') ? numbers(values['bucket-blobs']) : []) {
    const isCompared = blobs <= Number(values['bucket-reference-blobs'])
    await addFigures(await benchScale(scratch, blobs, isCompared))
  }
  if (only.has('several')) {
    const store = await storeOf(scratch, Number(values['several-blobs']))
    await addFigures(await benchSeveral(store, Number(values.images), runs))
  }
  if (only.has('pulls')) {
    await addFigures(await benchRecordedPulls(scratch, Number(values.pulls), runs))
  }
  if (only.has('sign-ins')) await addFigures(await benchSignIns(scratch))
  if (only.has('dashboard')) {
    const tagCount = Number(values['dashboard-tags'])
    const dashboard = { runs: sweepRuns, firstVisitRuns: runs, tagCount }
    await addFigures(await benchDashboard(scratch, dashboard))
  }
} finally {
  await rm(scratch, { recursive: true })
}

console.log(formatReport(report()))
