import {
  nothingRemoved,
  type CollectionResult,
  type Removed,
  type RemovedByCause,
} from '#domain/collection/collection-result.ts'
import type { RemovalCause } from '#domain/collection/removal-cause.ts'
import { sumOfParts, type StoredParts } from '#domain/collection/stored-parts.ts'
import {
  collectionCodec,
  type CollectionJob,
} from '#services/jobs/kinds/collection/collection-codec.ts'
import type { LogLevel } from '#state/jobs.ts'
import type { State } from '#state/state.ts'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

/** How many days ago each run was: weekly for most of a year, then every third day. */
const daysAgo = [
  ...Array.from({ length: 47 }, (_, week) => 360 - 7 * week),
  ...Array.from({ length: 12 }, (_, turn) => 34 - 3 * turn),
]

type Ending = 'done' | 'stopped' | 'time limit' | 'partly failed' | 'failed'

/** The runs that did not succeed, by position. */
const endings: Readonly<Record<number, Ending>> = {
  9: 'failed',
  23: 'partly failed',
  31: 'stopped',
  52: 'failed',
  54: 'stopped',
  56: 'partly failed',
  57: 'time limit',
}

const repositories = ['team/web', 'team/app', 'library/base'] as const

/** What a run frees, as shares of the whole. */
const shares: readonly (readonly [RemovalCause, number])[] = [
  ['deleted image', 0.55],
  ['expired trash', 0.2],
  ['replaced tag', 0.15],
  ['orphaned layer', 0.08],
  ['abandoned upload', 0.02],
]

const sumOf = (amounts: readonly Removed[]): Removed =>
  amounts.reduce(
    (sum, { bytes, layers, manifests }) => ({
      bytes: sum.bytes + bytes,
      layers: sum.layers + layers,
      manifests: sum.manifests + manifests,
    }),
    nothingRemoved,
  )

/** The same figures at each start, as if from a registry that people use. */
function wave(place: number): number {
  const value = Math.sin(place * 12.9898) * 43_758.5453
  return value - Math.floor(value)
}

function removedByCause(place: number, factor: number): RemovedByCause {
  const bytes = (0.25 + wave(place)) * 900_000 * factor
  const amounts = shares.flatMap(([cause, share], nth): [RemovalCause, Removed][] => {
    const weight = share * (0.4 + 1.2 * wave(place * 7 + nth))
    const isManifest = cause === 'deleted image' || cause === 'expired trash'
    return wave(place * 3 + nth) < 0.3 && nth > 0
      ? []
      : [
          [
            cause,
            {
              bytes: Math.round(bytes * weight),
              layers: 1 + Math.round(6 * weight),
              manifests: isManifest ? 1 + Math.round(3 * weight) : 0,
            },
          ],
        ]
  })
  return Object.fromEntries(amounts)
}

function byRepository(removed: Removed): Readonly<Record<string, Removed>> {
  const [first, second, third] = repositories
  const part = (share: number): Removed => ({
    bytes: Math.round(removed.bytes * share),
    layers: Math.floor(removed.layers * share),
    manifests: Math.floor(removed.manifests * share),
  })
  const [app, base] = [part(0.3), part(0.1)]
  const web: Removed = {
    bytes: removed.bytes - app.bytes - base.bytes,
    layers: removed.layers - app.layers - base.layers,
    manifests: removed.manifests - app.manifests - base.manifests,
  }
  return { [first]: web, [second]: app, [third]: base }
}

/** So many of the runs did not note what the stored bytes were there for. */
const noted = 6

function partsBefore(place: number, reclaimable: number): StoredParts {
  const needed = 2_100_000 + place * 32_000
  const shared = Math.round(needed * (0.3 + 0.08 * wave(place + 0.2)))
  const untagged = Math.round(needed * 0.06 * (1 + wave(place + 0.7)))
  const trash = Math.round(needed * 0.12 * wave(place + 0.9))
  return {
    oneImage: needed - shared - untagged - trash,
    shared,
    untagged,
    trash,
    inDoubt: 0,
    reclaimable,
  }
}

function resultOf(place: number, ending: Ending): CollectionResult {
  const isCut = ending === 'stopped' || ending === 'time limit'
  const byCause = removedByCause(place, isCut ? 0.4 : 1)
  const removed = sumOf(Object.values(byCause))
  const left = isCut ? sumOf(Object.values(removedByCause(place, 0.6))) : nothingRemoved
  const parts = partsBefore(place, removed.bytes + left.bytes)
  const failures =
    ending === 'partly failed'
      ? [{ subject: `sha256:${'5e'.repeat(32)} of team/web`, reason: 'EIO: input/output error' }]
      : []
  const tags = 14 + Math.floor(place / 8)
  return {
    dryRun: false,
    planned: sumOf([removed, left]),
    removed,
    byCause,
    byRepository: byRepository(removed),
    skipped: place % 5 === 0 ? 1 : 0,
    failures,
    left,
    endedBy: isCut ? ending : 'done',
    storedBytes: sumOfParts(parts),
    // The runs of a version before this one did not note it.
    ...(place < noted ? {} : { storedParts: parts, freeBytes: 32_000_000 - sumOfParts(parts) }),
    verification: ending === 'stopped' ? null : { tags, wholeTags: tags, broken: [] },
    gateClosedMs: Math.round(4000 + 30_000 * wave(place + 0.5)),
  }
}

function pastRun(place: number, nowMs: number): CollectionJob {
  const ending = endings[place] ?? 'done'
  const isByHand = place % 11 === 7
  const atMidnightMs = Math.floor(nowMs / dayMs) * dayMs
  const startedAtMs =
    atMidnightMs - (daysAgo[place] ?? 0) * dayMs + 60 * minuteMs + (isByHand ? 797_000 : 0)
  const result = ending === 'failed' ? null : resultOf(place, ending)
  const finishedAtMs = startedAtMs + (result?.gateClosedMs ?? 900) + 600
  return {
    id: `past-${String(place + 1).padStart(2, '0')}`,
    kind: collectionCodec.name,
    status: ending === 'failed' ? 'errored' : ending === 'stopped' ? 'canceled' : 'done',
    trigger: isByHand ? 'person' : 'schedule',
    actor: isByHand ? 'admin' : null,
    request: { planID: null, spareDeletedHours: null },
    scheduledAtMs: isByHand ? null : startedAtMs,
    startedAtMs,
    updatedAtMs: finishedAtMs,
    finishedAtMs,
    progress: null,
    result,
    error:
      ending === 'failed'
        ? 'nothing was deleted: the list of manifests of team/web broke off (EIO: input/output error)'
        : null,
  }
}

/** More lines than fit on a screen: a person reads such a log by filter and search. */
function logOf({ startedAtMs, error, result }: CollectionJob, nowMs: number) {
  const atMs = startedAtMs ?? nowMs
  const line = (nth: number, level: LogLevel, data: string) => ({
    timeMs: atMs + nth * 3,
    level,
    data,
  })
  const manifests = Array.from({ length: 1200 }, (_, nth) =>
    line(nth, 'debug', `marked manifest ${nth + 1} of ${repositories[nth % repositories.length]}`),
  )
  const { verification = null, skipped = 0, failures = [] } = result ?? {}
  return [
    ...manifests,
    ...(error === null ? [] : [line(1200, 'error', error)]),
    ...(skipped > 0
      ? [line(1201, 'warn', `${skipped} ${skipped === 1 ? 'step' : 'steps'} skipped: in use again`)]
      : []),
    ...failures.map(({ subject, reason }) => line(1202, 'error', `${subject}: ${reason}`)),
    ...(result ? [line(1203, 'info', `freed ${result.removed.bytes} bytes`)] : []),
    ...(verification
      ? [line(1204, 'info', `${verification.wholeTags} of ${verification.tags} tags verified`)]
      : []),
  ]
}

/** A year of collections, as the schedule and people would have left them. */
export async function recordPastRuns({ jobs }: Pick<State, 'jobs'>, nowMs: number): Promise<void> {
  for (const place of daysAgo.keys()) {
    const job = pastRun(place, nowMs)
    await jobs.save(job)
    if (place >= daysAgo.length - 8) await jobs.appendLog(job.id, logOf(job, nowMs))
  }
}
