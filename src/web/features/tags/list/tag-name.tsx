import type { Tag } from '#contract/images/tags.ts'
import { Badge } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { formatCount } from '#web/components/text/count-of.ts'
import { Hint } from '#web/components/feedback/hint.tsx'
import { protectedReason } from '../protection-label.ts'
import { shortDigestsIn } from '#web/entities/short-digests-in.ts'
import classes from './tag-name.module.css'

interface TagNameProps {
  readonly tag: Pick<Tag, 'name' | 'aliases' | 'aliasCount' | 'broken' | 'protectedBy'>
  readonly link: ReactNode
  readonly failure: string | null
  /** What cleaning would do. */
  readonly mark: ReactNode
}

const chipsShown = 2
/** This many characters of tags fit beside each other in a narrow column. */
const room = 22

/** As many aliases as fit legibly; a chip of two letters says nothing. */
function readableAliases(name: string, aliases: readonly string[]): readonly string[] {
  let taken = name.length
  return aliases.slice(0, chipsShown).filter((alias) => {
    taken += alias.length
    return taken <= room
  })
}

/** A tag with its aliases as chips, and what is wrong with it. */
export function TagName({ tag, link, failure, mark }: TagNameProps) {
  const { aliases, aliasCount = aliases.length, broken } = tag
  const chips = readableAliases(tag.name, aliases)
  const more = aliasCount - chips.length
  return (
    <div className={classes.root}>
      <b className={classes.name}>{link}</b>
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
      {aliases.length > 0 && (
        <Hint
          label={`Same image as ${aliases.join(', ')}${aliasCount > aliases.length ? ', …' : ''}`}
          className={classes.chips}
        >
          {chips.map((alias) => (
            <span key={alias} className={classes.chip}>
              {alias}
            </span>
          ))}
          {more > 0 && <span className={classes.more}>+{formatCount(more)}</span>}
        </Hint>
      )}
    </div>
  )
}
