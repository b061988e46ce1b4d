import type { Holder } from '#contract/images/tags.ts'
import { countOf } from '#web/components/text/count-of.ts'
import { imageName } from './image-name.ts'

/** `library/base:12`, or by digest if it has no tag. */
export const holderName = ({ repository, tag, digest }: Holder): string =>
  imageName(repository, tag ?? digest)

/**
 * "library/base:12 and 3 more images use them".
 *
 * @param holders the first holders
 * @param count how many there are in all
 */
export function holderWords(holders: readonly Holder[], count: number): string {
  const [first] = holders
  if (first === undefined) return 'other images use them'
  const rest = count - 1
  if (rest <= 0) return `${holderName(first)} uses them`
  return `${holderName(first)} and ${countOf(rest, 'more image')} use them`
}
