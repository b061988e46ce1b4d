import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { benchPlan, benchSweep, benchUntagged, storeOf } from './collecting.ts'
import { benchTraffic, benchWhileCollecting } from './serving.ts'
import { describeMachine, formatReport, type Figure, type Report } from './report.ts'
import type { Comparison } from './measure.ts'

/*
 * Measures Jetsam beside docker-registry, on the same stores and in the same run, prints tables and
 * writes JSON. It judges nothing.
 */

const { values } = parseArgs({
  options: {
    blobs: { type: 'string', default: '10000,100000' },
    /** One repository with so many tags, each. */
    tags: { type: 'string', default: '500,1000' },
    runs: { type: 'string', default: '5' },
    /** Runs that change the store need a copy each. */
    'sweep-runs': { type: 'string', default: '3' },
    only: { type: 'string', default: 'plan,sweep,untagged,traffic,serving' },
    /** Of the layer that is pushed and pulled. */
    megabytes: { type: 'string', default: '1024' },
    /** Small ones, that are pushed. */
    images: { type: 'string', default: '1000' },
    /** docker-registry needs a minute and a half for 2,000 tags, and four times as long for 4,000. */
    'reference-tags': { type: 'string', default: '1000' },
    out: { type: 'string', default: 'bench.json' },
  },
})

const numbers = (text: string): number[] => text.split(',').filter(Boolean).map(Number)
const only = new Set(values.only.split(','))
const runs = Number(values.runs)

const comparisons: Comparison[] = []
const figures: Figure[] = []
const report = (): Report => ({
  machine: describeMachine(),
  takenAt: new Date().toISOString(),
  comparisons,
  figures,
})

const scratch = await mkdtemp(join(tmpdir(), 'jetsam-bench-'))
try {
  const onStores = ['plan', 'sweep', 'serving'].some((part) => only.has(part))
  for (const blobs of onStores ? numbers(values.blobs) : []) {
    const store = await storeOf(scratch, blobs)
    if (only.has('plan')) comparisons.push(await benchPlan(store, runs))
    if (only.has('sweep')) comparisons.push(await benchSweep(store, Number(values['sweep-runs'])))
    // Last, for it collects the store itself.
    if (only.has('serving')) figures.push(...(await benchWhileCollecting(store)))
    await rm(store.folder, { recursive: true })
  }
  for (const tags of only.has('untagged') ? numbers(values.tags) : []) {
    const withReference = tags <= Number(values['reference-tags'])
    comparisons.push(await benchUntagged(scratch, tags, { runs, withReference }))
  }
  if (only.has('traffic')) {
    comparisons.push(
      ...(await benchTraffic(scratch, {
        runs: Number(values['sweep-runs']),
        megabytes: Number(values.megabytes),
        images: Number(values.images),
      })),
    )
  }
} finally {
  await rm(scratch, { recursive: true })
}

console.log(formatReport(report()))
await writeFile(values.out, `${JSON.stringify(report(), null, 2)}\n`)
