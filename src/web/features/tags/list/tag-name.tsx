import type { Tag } from '#contract/images/tags.ts'
import { Badge } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { countOf, formatCount } from '#web/components/text/count-of.ts'
import { Hint } from '#web/components/feedback/hint.tsx'
import { protectedReason } from '../protection-label.ts'
import { shortDigestsIn } from '#web/entities/short-digests-in.ts'
import { FreedWords } from './freed-bar.tsx'
import classes from './tag-name.module.css'

interface TagNameProps {
  readonly tag: Tag
  readonly link: ReactNode
  readonly failure: string | null
  /** What cleaning would do. */
  readonly mark: ReactNode
}

/** As many aliases as fit whole: a part of a name says the wrong one. */
function wholeAliases(aliases: readonly string[], room: number): readonly string[] {
  let taken = 0
  return aliases.filter((alias) => {
    taken += alias.length + 3
    return taken <= room
  })
}

interface AliasesProps {
  readonly tag: Pick<Tag, 'aliases' | 'aliasCount'>
  /** How many characters of names fit. */
  readonly room: number
}

/** "same as 4, 4.18 +1", "same as 3 others": the tooltip names all. */
export function Aliases({ tag: { aliases, aliasCount = aliases.length }, room }: AliasesProps) {
  const named = wholeAliases(aliases, room)
  const more = aliasCount - named.length
  return (
    <Hint
      label={`Same image as ${aliases.join(', ')}${aliasCount > aliases.length ? ', …' : ''}`}
      className={classes.aliases}
    >
      same as <span className={classes.alias}>{named.join(', ')}</span>
      {named.length === 0 ? countOf(more, 'other') : more > 0 && ` +${formatCount(more)}`}
    </Hint>
  )
}

/** A tag, and what is to be known of it. */
export function TagName({ tag, link, failure, mark }: TagNameProps) {
  const { broken } = tag
  return (
    <div className={classes.root}>
      <b className={classes.name}>
        {tag.aliases.length === 0 ? link : <Hint label={<FreedWords tag={tag} />}>{link}</Hint>}
      </b>
      {failure && (
        <Hint label={`Not deleted: ${failure}`} className={classes.failure}>
          <IconAlertTriangle size={15} aria-label={`Not deleted: ${failure}`} role="img" />
        </Hint>
      )}
      {broken && (
        <Hint label={shortDigestsIn(broken)}>
          <Badge color="red" size="xs" variant="light">
            not whole
          </Badge>
        </Hint>
      )}
      {tag.protectedBy && (
        <Hint label={protectedReason(tag)}>
          <Badge color="gray" size="xs" variant="light">
            protected
          </Badge>
        </Hint>
      )}
      {mark}
    </div>
  )
}
