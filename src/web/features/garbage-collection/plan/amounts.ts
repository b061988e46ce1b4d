import { formatByteSize } from '#domain/values/byte-size.ts'
import { countOf } from '#web/components/text/count-of.ts'
import { formatDuration } from '#web/components/text/format-time.ts'
import type { Amount } from './causes.ts'

/** `214 layers and 3 manifests`: leaves out what is zero; `nothing` if both are. */
export function describeCounts({ layers, manifests }: Amount): string {
  const parts = [
    layers > 0 ? countOf(layers, 'layer') : '',
    manifests > 0 ? countOf(manifests, 'manifest') : '',
  ].filter(Boolean)
  return parts.length === 0 ? 'nothing' : parts.join(' and ')
}

/** `about 40 s`, `less than a second`: for an estimate. */
export const aboutDuration = (estimatedMs: number): string =>
  estimatedMs < 1000 ? 'less than a second' : `about ${formatDuration(estimatedMs)}`

/** `41 s`, `< 1 s`: short, for a column. */
export const briefDuration = (durationMs: number): string =>
  durationMs < 950 ? '< 1 s' : formatDuration(durationMs)

export const isNothing = ({ bytes, layers, manifests }: Amount): boolean =>
  bytes === 0 && layers === 0 && manifests === 0

/** `Nothing to collect: 412 tags, 3.1 GB, all in use.` */
export const nothingToCollect = (tagCount: number, storedBytes: number): string =>
  `Nothing to collect: ${countOf(tagCount, 'tag')}, ${formatByteSize(storedBytes)}, all in use.`
