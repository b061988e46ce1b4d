import { IconAlertTriangle } from '@tabler/icons-react'
import { LongName } from '#web/entities/long-name.tsx'
import type { Repository } from '#contract/images/repositories.ts'
import { Link } from 'react-router'
import { paths } from '#web/api/page-paths.ts'
import { accessLabels } from '#web/entities/access-labels.ts'
import { sumOfParts } from '#domain/collection/stored-parts.ts'
import { PartsBar } from '#web/entities/storage/lazy-storage.tsx'
import { ByteSize } from '#web/entities/byte-size.tsx'
import { countOf, formatCount, namesOf } from '#web/components/text/count-of.ts'
import { lazyComponent } from '#web/components/layout/lazy-component.tsx'
import { RelativeTime } from '#web/components/text/relative-time.tsx'
import type { ListRows } from '#web/components/table/list-rows.ts'
import type { Sort } from '#web/components/table/sort.ts'
import { SortHeader } from '#web/components/table/sort-header.tsx'
import { VirtualTable } from '#web/components/table/virtual-table.tsx'
import classes from './repositories-table.module.css'
import { isDeletable, isRemovable, type RepositoryColumn } from './repository-view.ts'

// The list loads first for everyone, and few lists have an empty repository.
const RemoveButton = lazyComponent(async () => (await import('./remove-button.tsx')).RemoveButton)
const DeleteButton = lazyComponent(
  async () =>
    (await import('#web/entities/repository-deletion/delete-repository-button.tsx'))
      .DeleteRepositoryButton,
  undefined,
  { isPatient: true },
)

interface RepositoriesTableProps {
  readonly list: ListRows<Repository>
  readonly sort: Sort<RepositoryColumn>
  readonly onSort: (sort: Sort<RepositoryColumn>) => void
}

/** As in the style sheet: on a phone a row has more lines. */
const rowHeightNow = (): number => (window.matchMedia('(max-width: 48em)').matches ? 68 : 44)

export function RepositoriesTable({ list, sort, onSort }: RepositoriesTableProps) {
  const rowHeight = rowHeightNow()
  const sorting = { sort, onSort }
  const hasActions = list.rows.some((row) => isDeletable(row) || isRemovable(row))
  const longestBytes = Math.max(
    0,
    ...list.rows.map(({ storage }) => (storage === null ? 0 : sumOfParts(storage))),
  )
  return (
    <VirtualTable
      label="Repositories"
      list={list}
      rowHeight={rowHeight}
      head={
        <>
          <SortHeader field="name" label="Repository" {...sorting} />
          <SortHeader
            field="tagCount"
            label="Tags"
            isRight
            isDescendingFirst
            className={classes.tags}
            {...sorting}
          />
          <th className={classes.parts}>Storage</th>
          <SortHeader
            field="size"
            label="Size"
            isRight
            isDescendingFirst
            className={classes.size}
            {...sorting}
          />
          <SortHeader
            field="reclaimable"
            label="Reclaimable"
            isRight
            isDescendingFirst
            className={classes.reclaimable}
            {...sorting}
          />
          <SortHeader
            field="lastPushedAt"
            label="Last pushed"
            isDescendingFirst
            className={classes.pushed}
            {...sorting}
          />
          <SortHeader
            field="accessLevel"
            label="Your access"
            isDescendingFirst
            className={classes.access}
            {...sorting}
          />
          {hasActions && <th className={classes.actions} aria-label="Delete" />}
        </>
      }
      renderRow={(repository, rowIndex) => (
        <Row
          key={repository.id}
          repository={repository}
          rowIndex={rowIndex}
          rowHeight={rowHeight}
          longestBytes={longestBytes}
          hasActions={hasActions}
        />
      )}
    />
  )
}

/** Says that some of the repository could not be read, so that there may be more. */
const unreadableWords = ({ unreadable, unreadableCount }: Repository): string =>
  `The server may not read ${namesOf(unreadable, unreadable.length, unreadableCount)}: there may be more than is shown`

interface RowProps {
  readonly repository: Repository
  readonly rowIndex: number
  readonly rowHeight: number
  readonly longestBytes: number
  readonly hasActions: boolean
}

function Row({ repository, rowIndex, rowHeight, longestBytes, hasActions }: RowProps) {
  const { namespace, name, reclaimable, lastPushedAt, tagCount } = repository
  const access = accessLabels[repository.accessLevel]
  return (
    <tr aria-rowindex={rowIndex} style={{ height: rowHeight }}>
      <th scope="row">
        <Link to={paths.repository(repository.id)} className={classes.link} title={repository.id}>
          {namespace && <span className={classes.namespace}>{namespace}/</span>}
          <b>
            <LongName text={name} />
          </b>
        </Link>
        {repository.unreadableCount > 0 && (
          <span className={classes.unreadable} title={unreadableWords(repository)}>
            <IconAlertTriangle size={15} aria-hidden />{' '}
            {countOf(repository.unreadableCount, 'part')} unreadable
          </span>
        )}
        {/* Fields that have no column of their own on a narrow screen. */}
        <div className={classes.phoneOnly}>
          {countOf(tagCount, 'tag')}
          {lastPushedAt && (
            <>
              {' · '}
              <RelativeTime at={lastPushedAt} />
            </>
          )}
        </div>
        <div className={classes.phoneOnly}>{access}</div>
      </th>
      <td className={classes.tags}>{formatCount(tagCount)}</td>
      <td className={classes.parts}>
        <PartsBar parts={repository.storage} longestBytes={longestBytes} />
      </td>
      <td className={classes.size}>
        <ByteSize bytes={repository.size} />
      </td>
      <td className={classes.reclaimable}>
        {reclaimable === null ? (
          <span title="Not known yet: it is being computed">–</span>
        ) : (
          <span data-some={reclaimable > 0 || undefined} className={classes.reclaimableBytes}>
            <ByteSize bytes={reclaimable} />
          </span>
        )}
        <div className={classes.phoneOnly}>
          of <ByteSize bytes={repository.size} />
        </div>
      </td>
      <td className={classes.pushed}>{lastPushedAt ? <RelativeTime at={lastPushedAt} /> : '–'}</td>
      <td className={classes.access}>{access}</td>
      {hasActions && (
        <td className={classes.actions}>
          {isRemovable(repository) ? (
            <RemoveButton name={repository.id} />
          ) : (
            isDeletable(repository) && <DeleteButton name={repository.id} isRow />
          )}
        </td>
      )}
    </tr>
  )
}
