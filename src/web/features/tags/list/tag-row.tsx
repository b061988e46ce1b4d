import type { Tag } from '#contract/images/tags.ts'
import { IconTrash } from '@tabler/icons-react'
import { memo, useRef, type MouseEvent } from 'react'
import { Link } from 'react-router'
import { paths } from '#web/api/page-paths.ts'
import { ByteSize, ByteWords } from '#web/entities/byte-size.tsx'
import { Hint } from '#web/components/feedback/hint.tsx'
import { IconButton } from '#web/components/layout/icon-button.tsx'
import { lazyComponent } from '#web/components/layout/lazy-component.tsx'
import { LongName } from '#web/entities/long-name.tsx'
import { RelativeTime } from '#web/components/text/relative-time.tsx'
import { RowCheckbox } from '#web/components/table/row-checkbox.tsx'
import { ShortDigest } from '#web/entities/short-digest.tsx'
import { LastPull } from '../last-pull.tsx'
import { protectedReason } from '../protection-label.ts'
import { AttachedIcons } from './attached-icons.tsx'
import { FreedBar } from './freed-bar.tsx'
import { platformName, platformWords } from '../image-labels.ts'
import { Aliases, TagName } from './tag-name.tsx'
import classes from './tags-table.module.css'

/** It depends on the width of the screen. */
export interface RowShape {
  readonly height: number
  /** How many characters of other tags fit below the name. */
  readonly aliasRoom: number
}

interface TagRowProps {
  readonly repository: string
  readonly tag: Tag
  readonly rowIndex: number
  readonly shape: RowShape
  readonly isSelected: boolean
  readonly isOpen: boolean
  /** Why its deletion failed, if it was tried. */
  readonly failure: string | null
  readonly noDeleteReason: string | null
  /** When cleaning runs next; null: by no schedule. */
  readonly nextCleaningAt: string | null | undefined
  /** Since when pulls are known; undefined: that is not known yet. */
  readonly pullsSince: string | null | undefined
  readonly onSelect: (tag: Tag, isRange: boolean) => void
  readonly onOpen: (tag: string) => void
  readonly onDelete: (tag: Tag) => void
}

// No row of a repository without a policy has one.
const VerdictMark = lazyComponent(
  async () => (await import('./verdict-mark.tsx')).VerdictMark,
  undefined,
  { isPatient: true },
)

const platformsShown = 3

/** Renders only when its own properties change: scrolling renders the table at each frame. */
export const TagRow = memo(function TagRow({
  repository,
  tag,
  rowIndex,
  shape,
  isSelected,
  isOpen,
  failure,
  noDeleteReason: noWriteReason,
  nextCleaningAt,
  pullsSince,
  onSelect,
  onOpen,
  onDelete,
}: TagRowProps) {
  const withShift = useRef(false)
  const noDeleteReason = noWriteReason ?? protectedReason(tag)
  const lastPull = (as: 'figure' | 'sentence') => (
    <LastPull
      as={as}
      lastPulledAt={tag.lastPulledAt}
      lastPulledBy={tag.lastPulledBy}
      since={pullsSince}
    />
  )
  const attached = tag.attached.length > 0 ? <AttachedIcons attached={tag.attached} /> : null
  // A click anywhere on the row that has no other effect opens it; by keyboard, the name is a link.
  const openByClick = (event: MouseEvent) => {
    const isOnControl = (event.target as Element).closest('a, button, input, label') !== null
    const hasSelectedText = window.getSelection()?.isCollapsed === false
    if (!isOnControl && !hasSelectedText) onOpen(tag.name)
  }
  return (
    <tr
      aria-rowindex={rowIndex}
      style={{ height: shape.height }}
      data-selected={isSelected || undefined}
      data-open={isOpen || undefined}
      className={classes.row}
      onClick={openByClick}
    >
      <td className={classes.select}>
        <RowCheckbox
          aria-label={`Select ${tag.name}`}
          checked={isSelected}
          disabled={noDeleteReason !== null}
          onClick={(event) => {
            withShift.current = event.shiftKey
          }}
          onChange={() => onSelect(tag, withShift.current)}
        />
      </td>
      <th scope="row">
        <TagName
          tag={tag}
          failure={failure}
          mark={
            tag.retention && (
              <VerdictMark verdict={tag.retention} nextRunAt={nextCleaningAt ?? null} />
            )
          }
          link={
            <Link
              to={paths.repository(repository, tag.name)}
              onClick={openInPlace(() => onOpen(tag.name))}
            >
              <LongName text={tag.name} />
            </Link>
          }
        />
        <div className={classes.below}>
          {tag.aliases.length > 0 && <Aliases tag={tag} room={shape.aliasRoom} />}
          {/* Fields that have no column of their own on a narrower screen. */}
          <span className={classes.phoneOnly}>
            {tag.updatedAt && (
              <RelativeTime at={tag.updatedAt} note={tag.author ? `by ${tag.author}` : undefined} />
            )}
          </span>
          <span className={classes.phoneOnly}>{lastPull('sentence')}</span>
          <span className={classes.contents}>
            <span className={classes.phoneWords}>
              <ByteWords bytes={tag.size} />
            </span>
            {tag.platforms.length > 0 && (
              <span className={classes.ownPlatforms}>
                <Platforms platforms={tag.platforms} />
              </span>
            )}
            <span className={classes.ownAttached}>{attached}</span>
          </span>
        </div>
      </th>
      <td className={classes.platforms}>
        <Platforms platforms={tag.platforms} />
      </td>
      <td className={classes.digest}>
        <ShortDigest digest={tag.digest} of={tag.name} />
        <div className={classes.digestAttached}>{attached}</div>
      </td>
      <td className={classes.size}>
        <ByteSize bytes={tag.size} />
      </td>
      <td className={classes.freed}>
        <FreedBar tag={tag} />
      </td>
      <td className={classes.attached}>{attached ?? '–'}</td>
      <td className={classes.pushed}>
        {tag.updatedAt ? (
          <RelativeTime at={tag.updatedAt} note={tag.author ? `by ${tag.author}` : undefined} />
        ) : (
          '–'
        )}{' '}
        {tag.author && <span className={classes.author}>by {tag.author}</span>}
        <span className={classes.ownPulled}>{lastPull('sentence')}</span>
      </td>
      <td className={classes.pulled}>{lastPull('figure')}</td>
      <td className={classes.delete}>
        <Hint label={noDeleteReason}>
          <IconButton
            aria-label={`Delete ${tag.name}`}
            // Not `disabled`: a person must reach it to learn why it does nothing.
            aria-disabled={noDeleteReason !== null}
            aria-description={noDeleteReason ?? undefined}
            className={classes.trash}
            data-row-delete
            onClick={() => {
              if (noDeleteReason === null) onDelete(tag)
            }}
          >
            <IconTrash size={17} stroke={1.6} aria-hidden />
          </IconButton>
        </Hint>
      </td>
    </tr>
  )
})

/** The link has the address of the open details; a plain click keeps filter and sort. */
const openInPlace = (onOpen: () => void) => (event: MouseEvent) => {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
  event.preventDefault()
  onOpen()
}

function Platforms({ platforms }: Pick<Tag, 'platforms'>) {
  const more = platforms.length - platformsShown
  if (platforms.length === 0) return '–'
  // Versions are long, and are the only difference between some platforms.
  const isShort = platforms.every(({ osVersion }) => osVersion === undefined)
  if (more <= 0 && isShort) {
    return <span title={platformWords(platforms)}>{platformWords(platforms)}</span>
  }
  return (
    <Hint
      label={platforms.map((platform) => (
        <div key={platformName(platform)}>{platformName(platform)}</div>
      ))}
    >
      {platformWords(platforms.slice(0, platformsShown))} {more > 0 && `+${more}`}
    </Hint>
  )
}
