import { formatByteSize } from '#domain/values/byte-size.ts'
import { sharedLayers, type MapModel } from './map-model.ts'

/** Bounds in bytes between sizes that look different, ascending: round ones, at most three. */
export type SizeLevels = readonly number[]

/** The bounds for the layers that have a column: the last three powers of ten below the largest. */
export function sizeLevelsOf(model: MapModel): SizeLevels {
  const largest = Math.max(0, ...sharedLayers(model).map((layer) => model.layers[layer]?.size ?? 0))
  let power = 1
  while (power * 10 <= largest) power *= 10
  return [power / 100, power / 10, power].filter((bound) => bound >= 10)
}

/** 0 for the smallest sizes. */
export const levelIn = (levels: SizeLevels, size: number): number =>
  levels.filter((bound) => size >= bound).length

/** "under 1 MB", "1 MB to 10 MB", "10 MB and more". */
export function levelWords(levels: SizeLevels, level: number): string {
  const [from, to] = [levels[level - 1], levels[level]]
  if (from === undefined) return to === undefined ? 'of any size' : `under ${formatByteSize(to)}`
  return to === undefined
    ? `${formatByteSize(from)} and more`
    : `${formatByteSize(from)} to ${formatByteSize(to)}`
}
