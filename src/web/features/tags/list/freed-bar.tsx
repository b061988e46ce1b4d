import type { Tag } from '#contract/images/tags.ts'
import { ByteWords, exactBytes } from '#web/entities/byte-size.tsx'
import { Hint } from '#web/components/feedback/hint.tsx'
import { countOf, namesOf } from '#web/components/text/count-of.ts'
import classes from './freed-bar.module.css'

type Freed = Pick<Tag, 'size' | 'exclusiveSize' | 'freedSize' | 'aliases' | 'aliasCount'>

interface FreedBarProps {
  readonly tag: Freed
}

/**
 * What the trash can beside it frees: the bar is the image, the coloured part goes with the tag.
 * Hatched: it goes only together with other tags.
 */
export function FreedBar({ tag }: FreedBarProps) {
  const { size, exclusiveSize, freedSize, aliases, aliasCount = aliases.length } = tag
  const share = size === 0 ? 0 : Math.min(1, exclusiveSize / size)
  const isAlias = aliasCount > 0 && exclusiveSize > 0
  return (
    <Hint className={classes.root} label={<FreedWords tag={tag} />}>
      <span className={classes.bar} aria-hidden>
        <span
          className={classes.part}
          data-together={isAlias || undefined}
          // A small share must stay visible, and its hatching too.
          style={{ width: share === 0 ? 0 : `max(${isAlias ? 6 : 2}px, ${share * 100}%)` }}
        />
      </span>
      <span className={classes.bytes}>
        <ByteWords bytes={freedSize} />
      </span>
      {isAlias && (
        <span className={classes.together}>
          <ByteWords bytes={exclusiveSize} /> with {togetherWords(aliases, aliasCount)}
        </span>
      )}
    </Hint>
  )
}

/** A longer name of another tag would not fit, and a part of it would say the wrong one. */
const longestNamed = 8

const togetherWords = (aliases: readonly string[], count: number): string =>
  count === 1 && aliases[0] !== undefined && aliases[0].length <= longestNamed
    ? aliases[0]
    : countOf(count, 'other')

/**
 * All of it in words. A component, so that the text is computed only when the tooltip opens.
 */
export function FreedWords({ tag }: FreedBarProps) {
  const { size, exclusiveSize, aliases, aliasCount = aliases.length } = tag
  const held = `${exactBytes(exclusiveSize)} of ${exactBytes(size)} are held by this image alone`
  return aliasCount === 0
    ? held
    : `Deleting this tag alone frees nothing. ${held}: they go together with ${namesOf(aliases, 10, aliasCount)}.`
}
