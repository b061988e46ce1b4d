import type { TrashEntry } from '#contract/images/trash.ts'
import { shortDigest } from '#domain/values/digest.ts'
import { Button } from '@mantine/core'
import { IconArrowBackUp, IconTrashX } from '@tabler/icons-react'
import { Link } from 'react-router'
import { paths } from '#web/api/page-paths.ts'
import { ByteSize } from '#web/entities/byte-size.tsx'
import { countOf } from '#web/components/text/count-of.ts'
import { Hint } from '#web/components/feedback/hint.tsx'
import { IconButton } from '#web/components/layout/icon-button.tsx'
import { RelativeTime } from '#web/components/text/relative-time.tsx'
import { RowCheckbox } from '#web/components/table/row-checkbox.tsx'
import { ShortDigest } from '#web/entities/short-digest.tsx'
import { entryName } from './entry-name.ts'
import { RepositoryTags } from './repository-tags.tsx'
import { canRestore, noRestoreReasonOf } from './restore-access.ts'
import classes from './trash-table.module.css'

interface TrashRowProps {
  readonly entry: TrashEntry
  readonly rowIndex: number
  readonly rowHeight: number
  readonly isSelected: boolean
  readonly onSelect: () => void
  readonly onRestore: () => void
  readonly onDeleteForever: () => void
}

export function TrashRow({
  entry,
  rowIndex,
  rowHeight,
  isSelected,
  onSelect,
  onRestore,
  onDeleteForever,
}: TrashRowProps) {
  const name = entryName(entry)
  const { repository, tags, digest, deletedAt, deletedBy, held, collectedAfter, restorable } = entry
  const by = entry.byRule === null ? deletedBy : <ByRule jobID={entry.byRule.jobID} />
  const isRepository = entry.kind === 'repository'
  const noRestoreReason = noRestoreReasonOf(entry)
  const isOff = noRestoreReason !== null
  const noForeverReason =
    noRestoreReason ??
    (isRepository && entry.accessLevel !== 'admin'
      ? `Only those who administer ${repository} may delete it forever.`
      : null) ??
    (collectedAfter === null ? 'The next collection takes it anyway' : null)
  return (
    <tr
      aria-rowindex={rowIndex}
      style={{ height: rowHeight }}
      data-selected={isSelected || undefined}
    >
      <td className={classes.select}>
        <RowCheckbox
          aria-label={`Select ${name}`}
          checked={isSelected && canRestore(entry)}
          disabled={!canRestore(entry)}
          onChange={onSelect}
        />
      </td>
      <th scope="row">
        <div className={classes.image} title={isRepository ? repository : tags.join(', ')}>
          {isRepository ? (
            <>
              <b>{repository}</b>
              <span className={classes.wholeOnPhone}>whole repository</span>
            </>
          ) : (
            <>
              <span className={classes.repository}>{repository}</span>
              <b>{tags.length > 0 ? tags.join(', ') : 'no tag'}</b>
            </>
          )}
        </div>
        <div className={classes.alongWith}>
          {isRepository && (
            <>
              whole repository · <RepositoryTags entry={entry} />
              {partsWords(entry) && ', '}
            </>
          )}
          {[partsWords(entry), restorable ? '' : stuckWords(entry)].filter(Boolean).join(' · ')}
        </div>
        {!isRepository && <div className={classes.mediumOnly}>{shortDigest(digest)}</div>}
        <div className={classes.narrowOnly}>
          <Held bytes={held} /> · <RelativeTime at={deletedAt} /> by {by}
        </div>
        <div className={classes.narrowOnly}>
          {collectedAfter ? (
            <>
              collection <RelativeTime at={collectedAfter} />
            </>
          ) : (
            'next collection'
          )}
        </div>
      </th>
      <td className={classes.digest}>
        {isRepository ? '–' : <ShortDigest digest={digest} of={name} />}
      </td>
      <td className={classes.deleted}>
        <RelativeTime at={deletedAt} />{' '}
        <span className={classes.by} title={ruleWords(entry.byRule)}>
          by {by}
        </span>
      </td>
      <td className={classes.held}>
        <Held bytes={held} />
      </td>
      <td className={classes.collected}>
        {collectedAfter ? (
          <RelativeTime at={collectedAfter} />
        ) : (
          <span className={classes.next}>next collection</span>
        )}
      </td>
      <td className={classes.actions}>
        {restorable && (
          <Hint label={noRestoreReason} className={classes.buttons}>
            <Button
              variant="default"
              size="compact-sm"
              className={classes.restore}
              leftSection={<IconArrowBackUp size={15} aria-hidden />}
              aria-label={`Restore ${name}`}
              // Not `disabled`: a person must reach it to learn why it does nothing.
              aria-disabled={isOff}
              data-disabled={isOff || undefined}
              aria-description={noRestoreReason ?? undefined}
              onClick={() => {
                if (!isOff) onRestore()
              }}
            >
              Restore
            </Button>
            <IconButton
              className={classes.forever}
              aria-label={`Delete ${name} forever`}
              title={isOff ? undefined : (noForeverReason ?? 'Delete forever')}
              aria-disabled={noForeverReason !== null}
              aria-description={noForeverReason ?? undefined}
              onClick={() => {
                if (noForeverReason === null) onDeleteForever()
              }}
            >
              <IconTrashX size={17} stroke={1.6} aria-hidden />
            </IconButton>
          </Hint>
        )}
      </td>
    </tr>
  )
}

/** To the run that took it, if that is known. */
const ByRule = ({ jobID }: { readonly jobID: string | undefined }) =>
  jobID === undefined ? 'rule' : <Link to={paths.cleaningRun(jobID)}>rule</Link>

const Held = ({ bytes }: { readonly bytes: number | null }) =>
  bytes === null ? <span title="Being counted">…</span> : <ByteSize bytes={bytes} />

/** Why the entry cannot be restored. */
const stuckWords = ({ kind }: TrashEntry): string =>
  kind === 'tags' ? 'the image is not there any more' : 'being collected'

/** What comes back with the image: "2 platforms, 1 attached". */
const partsWords = ({ kind, earlierTags, platformCount, attachedCount }: TrashEntry): string =>
  [
    kind === 'tags' ? 'tag only' : '',
    earlierTags.length > 0 ? `${countOf(earlierTags.length, 'tag')} deleted before it` : '',
    platformCount > 0 ? countOf(platformCount, 'platform') : '',
    attachedCount > 0 ? `${attachedCount} attached` : '',
  ]
    .filter(Boolean)
    .join(', ')

/** Why a rule took it, and who started the run. */
const ruleWords = (byRule: TrashRowProps['entry']['byRule']): string | undefined =>
  byRule === null
    ? undefined
    : `${byRule.rule}${byRule.startedBy === undefined ? '' : `; run started by ${byRule.startedBy}`}`
