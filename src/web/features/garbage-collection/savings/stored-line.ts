import type { Saving } from '#contract/jobs/garbage-collection.ts'
import type { WireStorage, WireStorageParts } from '#contract/jobs/storage.ts'
import { noStoredParts, storedParts, sumOfParts } from '#domain/collection/stored-parts.ts'
import { partLabels } from '#web/entities/storage/storage-parts.ts'
import type { Period } from './savings-range.ts'
import type { Series } from './savings-series.ts'

/** What was stored at one moment. */
export interface StoredPoint {
  readonly atMs: number
  /** Null: a run of an earlier version, which told apart only what is reclaimable. */
  readonly parts: WireStorageParts | null
  readonly reclaimable: number
  readonly total: number
  /** How many more bytes fitted; null where that was not known. */
  readonly free: number | null
  /** The run; null: it is of now, or of the end of a run. */
  readonly saving: Saving | null
}

/** What was reclaimable at some time may be gone now. */
const labels = { ...partLabels, reclaimable: 'reclaimable' }

const notSplit = 'notSplit'

const colors: Readonly<Record<keyof WireStorageParts, string>> = {
  oneImage: 'light-dark(#0a6b75, #3fa7b1)',
  shared: 'light-dark(#7fb4ba, #2a6a74)',
  untagged: 'light-dark(#a9b8c8, #8296a9)',
  trash: 'light-dark(#eab586, #a7683a)',
  inDoubt: 'light-dark(#8696a5, #9aabba)',
  reclaimable: 'light-dark(#dc6414, #ff9a52)',
}

const mostLaterMs = 10 * 60_000

/** The points of a period, oldest first: before and after each run, and now. */
export function storedPoints(
  savings: readonly Saving[],
  { fromMs, toMs }: Period,
  now: WireStorage | undefined,
): readonly StoredPoint[] {
  const points = savings.flatMap((saving): StoredPoint[] => {
    const { stored, storedBytes, reclaimableBytes, bytesFreed } = saving
    const parts = stored?.parts ?? null
    const before: StoredPoint = {
      atMs: Date.parse(saving.startedAt),
      parts,
      reclaimable: parts?.reclaimable ?? reclaimableBytes,
      total: parts === null ? storedBytes : sumOfParts(parts),
      free: stored?.free ?? null,
      saving,
    }
    const freed = Math.min(bytesFreed, before.reclaimable)
    const after: StoredPoint = {
      ...before,
      atMs: Date.parse(saving.finishedAt),
      parts: parts && { ...parts, reclaimable: parts.reclaimable - freed },
      reclaimable: before.reclaimable - freed,
      total: before.total - freed,
      free: before.free === null ? null : before.free + freed,
      saving: null,
    }
    return [before, after]
  })
  const nowMs = Date.parse(now?.asOf ?? '')
  // The question about it may be answered a little later than the one about the runs.
  const atMs = nowMs - toMs < mostLaterMs ? Math.min(nowMs, toMs) : nowMs
  if (now?.parts && atMs >= fromMs && atMs <= toMs && atMs >= (points.at(-1)?.atMs ?? 0)) {
    points.push({
      atMs,
      parts: now.parts,
      reclaimable: now.parts.reclaimable,
      total: sumOfParts(now.parts),
      free: now.free,
      saving: null,
    })
  }
  return points
}

/** What the areas are of, from the bottom of the stack to its top. */
export function storedSeries(points: readonly StoredPoint[]): readonly Series[] {
  const seen = storedParts.filter((part) => points.some(({ parts }) => (parts?.[part] ?? 0) > 0))
  const known = new Set<string>(seen)
  const hasOld = points.some(({ parts }) => parts === null)
  if (hasOld) known.add('reclaimable')
  return [
    ...(hasOld
      ? [{ key: notSplit, label: 'in use, not told apart', color: 'light-dark(#9fb3c4, #4d6b84)' }]
      : []),
    ...storedParts
      .filter((part) => known.has(part))
      .map((part) => ({ key: part, label: labels[part], color: colors[part] })),
  ]
}

/** The bytes of a point by key of the series. */
export const bytesAt = ({ parts, total, reclaimable }: StoredPoint): Record<string, number> =>
  parts === null
    ? { ...noStoredParts, [notSplit]: total - reclaimable, reclaimable }
    : { ...parts, [notSplit]: 0 }

/**
 * The same points in lines that have the same series: what an earlier version did not tell apart
 * ends where the next begins, at the same height.
 */
export function segmentsOf(points: readonly StoredPoint[]): readonly (readonly StoredPoint[])[] {
  const segments: StoredPoint[][] = []
  for (const point of points) {
    const current = segments.at(-1)
    const isSame = current?.at(-1) && (current.at(-1)?.parts === null) === (point.parts === null)
    if (current && isSame) current.push(point)
    else {
      if (current) current.push({ ...point, parts: current.at(-1)?.parts ?? null })
      segments.push([point])
    }
  }
  return segments
}

/** A straight line through what is stored after each run. */
export interface Trend {
  readonly bytesPerMs: number
  readonly atMs: number
  readonly bytes: number
}

const dayMs = 24 * 60 * 60 * 1000
/** Of fewer points or a shorter time, a line would say more than is known. */
const least = { points: 4, days: 3 }

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** The line of least squares through what stays after collections; null: too little is known. */
export function trendOf(points: readonly StoredPoint[]): Trend | null {
  const kept = points.filter(({ saving }) => saving === null)
  const [first] = kept
  const last = kept.at(-1)
  if (!first || !last || kept.length < least.points) return null
  if (last.atMs - first.atMs < least.days * dayMs) return null
  const atMs = mean(kept.map((point) => point.atMs))
  const bytes = mean(kept.map(({ total }) => total))
  const spread = kept.reduce((sum, point) => sum + (point.atMs - atMs) ** 2, 0)
  const shared = kept.reduce((sum, { total, ...at }) => sum + (at.atMs - atMs) * (total - bytes), 0)
  return { bytesPerMs: shared / spread, atMs, bytes }
}

export const trendAt = ({ bytesPerMs, atMs, bytes }: Trend, ms: number): number =>
  bytes + bytesPerMs * (ms - atMs)
