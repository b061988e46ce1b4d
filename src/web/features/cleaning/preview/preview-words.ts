import type { RetentionTotals, WireRetentionPreview } from '#contract/rules/retention.ts'
import { formatByteSize } from '#domain/values/byte-size.ts'
import { countOf, formatCount } from '#web/components/text/count-of.ts'

/** Tags and images without a tag: a preview counts them together. */
const things = (count: number): string =>
  countOf(count, 'tag or untagged image', 'tags and untagged images')

export const goingWords = ({ removed, images }: RetentionTotals): string =>
  `${things(removed)} would go, ${countOf(images, 'image')} with all that belongs to ${images === 1 ? 'it' : 'them'}`

/** Null: nothing does. */
export const stayingWords = ({
  protected: held,
  kept,
  unmatched,
}: RetentionTotals): string | null => {
  const parts = [
    held > 0 ? `${formatCount(held)} protected` : '',
    kept > 0 ? `${formatCount(kept)} kept by a rule` : '',
    unmatched > 0 ? `${formatCount(unmatched)} that no rule is about` : '',
  ].filter(Boolean)
  return parts.length === 0 ? null : `${parts.join(', ')} stay`
}

/** `12 more tags and untagged images, 3.10 GB more`: a draft beside what is in force. */
export function differenceWords(draft: RetentionTotals, inForce: RetentionTotals): string {
  const more = draft.removed - inForce.removed
  const bytes = draft.bytesFreed - inForce.bytesFreed
  if (more === 0 && bytes === 0) {
    return `As many as by what is in force now: ${formatCount(inForce.removed)}, ${formatByteSize(inForce.bytesFreed)}.`
  }
  const count = `${formatCount(Math.abs(more))} ${more < 0 ? 'fewer' : 'more'}`
  const size = `${formatByteSize(Math.abs(bytes))} ${bytes < 0 ? 'less' : 'more'}`
  return `${count} than by what is in force now (${formatCount(inForce.removed)}), ${size}.`
}

/** A preview of what is in force can be run; that of a draft is saved first. */
export const isOfDraft = ({ inForce }: Pick<WireRetentionPreview, 'inForce'>): boolean =>
  inForce !== null
