import {
  nothingRemoved,
  type CollectionResult,
  type Removed,
  type RemovedByCause,
} from '#domain/collection/collection-result.ts'
import type { RemovalCause } from '#domain/collection/removal-cause.ts'
import { sumOfParts, type StoredParts } from '#domain/collection/stored-parts.ts'

export const minuteMs = 60_000
export const firstDay = 358
/** Since so many days there are three runs a week instead of one. */
export const oftenSince = 100

/** The registry that was collected, as it is now. */
export interface CollectedRegistry {
  readonly nowMs: number
  readonly storedBytes: number
  readonly tags: number
  /** Those whose images were deleted, the most frequent first. */
  readonly repositories: readonly string[]
  /** How many bytes there are room for. */
  readonly capacityBytes: number
}

export const timeLimitMinutes = 30

export type Ending = 'done' | 'stopped' | 'time limit' | 'partly failed' | 'failed'

/** The runs that did not succeed, by how many days ago they were. */
export const endings: Readonly<Record<number, Ending>> = {
  288: 'failed',
  218: 'stopped',
  162: 'partly failed',
  106: 'failed',
  17: 'failed',
  12: 'stopped',
  8: 'partly failed',
  3: 'time limit',
}

/** The runs that a person started. */
export const byHand: ReadonlySet<number> = new Set([212, 131, 46, 4])

/** How many days ago each run was, in any week the same: a test must not depend on the day. */
export const runDays = Array.from({ length: firstDay }, (_, nth) => firstDay - nth).filter(
  (day) =>
    byHand.has(day) || day % 7 === 1 || (day < oftenSince && (day % 7 === 3 || day % 7 === 5)),
)

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

function removedByCause(place: number, typicalBytes: number): RemovedByCause {
  const bytes = (0.45 + 1.1 * wave(place)) * typicalBytes
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
              layers: 1 + Math.round((bytes / 21_000_000) * weight),
              manifests: isManifest ? 1 + Math.round((bytes / 34_000_000) * weight) : 0,
            },
          ],
        ]
  })
  return Object.fromEntries(amounts)
}

/** Shares that differ from run to run; the first repository gets what rounding leaves. */
function byRepository(
  removed: Removed,
  place: number,
  repositories: readonly string[],
): Readonly<Record<string, Removed>> {
  const chosen = repositories
    .map((name, nth) => ({ name, weight: wave(place * 5 + nth) ** 2 / (1 + nth * 0.15) }))
    .filter(({ weight }, nth) => nth === 0 || weight > 0.12)
    .slice(0, Math.max(1, Math.min(7, removed.layers)))
  const total = chosen.reduce((sum, { weight }) => sum + weight, 0)
  const parts = chosen.slice(1).map(({ name, weight }): [string, Removed] => {
    const part = (amount: number) => Math.floor((amount * weight) / total)
    const { bytes, layers, manifests } = removed
    // Bytes are those of layers.
    const ownLayers = 1 + part(layers - chosen.length)
    return [name, { bytes: part(bytes), layers: ownLayers, manifests: part(manifests) }]
  })
  const others = sumOf(parts.map(([, part]) => part))
  const rest: Removed = {
    bytes: removed.bytes - others.bytes,
    layers: removed.layers - others.layers,
    manifests: removed.manifests - others.manifests,
  }
  return { [chosen[0]?.name ?? 'shop/web']: rest, ...Object.fromEntries(parts) }
}

/** So many of the runs did not note what the stored bytes were there for. */
const noted = 6

/** From half of what is stored now, with ups and downs. */
const growthAt = (place: number): number =>
  0.5 + 0.44 * (place / runDays.length) + 0.03 * Math.sin(place / 5) + 0.015 * wave(place + 0.4)

function partsBefore(place: number, storedBytes: number, reclaimable: number): StoredParts {
  const needed = Math.round(storedBytes * growthAt(place))
  const shared = Math.round(needed * (0.42 + 0.02 * wave(place + 0.2)))
  const untagged = Math.round(needed * (0.035 + 0.01 * wave(place + 0.7)))
  const trash = Math.round(needed * (0.03 + 0.03 * wave(place + 0.9)))
  return {
    oneImage: needed - shared - untagged - trash,
    shared,
    untagged,
    trash,
    inDoubt: 0,
    reclaimable,
  }
}

export function resultOf(
  place: number,
  ending: Ending,
  { storedBytes, tags: tagsNow, repositories, capacityBytes }: CollectedRegistry,
): CollectionResult {
  const isCut = ending === 'stopped' || ending === 'time limit'
  const daysBetween = (runDays[place - 1] ?? firstDay + 7) - (runDays[place] ?? 0)
  // The one whose time was up had much to do.
  const much = ending === 'time limit' ? 5 : 1
  const typicalBytes =
    much * storedBytes * 0.0075 * (0.6 + 0.4 * growthAt(place)) * (1 + daysBetween / 3)
  const byCause = removedByCause(place, isCut ? typicalBytes * 0.4 : typicalBytes)
  const removed = sumOf(Object.values(byCause))
  const left = isCut
    ? sumOf(Object.values(removedByCause(place, typicalBytes * 0.6)))
    : nothingRemoved
  const parts = partsBefore(place, storedBytes, removed.bytes + left.bytes)
  const failures =
    ending === 'partly failed'
      ? [{ subject: `sha256:${'5e'.repeat(32)} of shop/web`, reason: 'EIO: input/output error' }]
      : []
  const tags = Math.round(tagsNow * growthAt(place))
  return {
    dryRun: false,
    planned: sumOf([removed, left]),
    removed,
    byCause,
    byRepository: byRepository(removed, place, repositories),
    skipped: place % 5 === 0 ? 1 : 0,
    failures,
    left,
    endedBy: isCut ? ending : 'done',
    storedBytes: sumOfParts(parts),
    // The runs of a version before this one did not note it.
    ...(place < noted ? {} : { storedParts: parts, freeBytes: capacityBytes - sumOfParts(parts) }),
    verification: ending === 'stopped' ? null : { tags, wholeTags: tags, broken: [] },
    gateClosedMs:
      ending === 'time limit'
        ? timeLimitMinutes * minuteMs
        : Math.round(removed.bytes / 4_000 + 70_000 * wave(place + 0.5)),
  }
}
