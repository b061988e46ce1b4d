import type { Repository } from '#contract/repositories.ts'
import { Link } from 'react-router'
import { paths } from '../../paths.ts'
import { ByteSize } from '../../ui/byte-size.tsx'
import { formatCount } from '../../ui/count-of.ts'
import { RelativeTime } from '../../ui/relative-time.tsx'
import type { Sort } from '../../ui/sort.ts'
import { SortHeader } from '../../ui/sort-header.tsx'
import { VirtualTable } from '../../ui/virtual-table.tsx'
import { accessWords } from './access-words.ts'
import classes from './repositories-table.module.css'
import { fullName, type RepositoryColumn } from './repository-view.ts'

interface RepositoriesTableProps {
  readonly repositories: readonly Repository[]
  readonly sort: Sort<RepositoryColumn>
  readonly onSort: (sort: Sort<RepositoryColumn>) => void
}

const rowHeight = 44

export function RepositoriesTable({ repositories, sort, onSort }: RepositoriesTableProps) {
  const sorting = { sort, onSort }
  return (
    <VirtualTable
      label="Repositories"
      rowCount={repositories.length}
      totalCount={repositories.length}
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
        </>
      }
      renderRow={(index) => {
        const repository = repositories[index]
        return repository && <Row key={repository.id} repository={repository} index={index} />
      }}
    />
  )
}

function Row({ repository, index }: { repository: Repository; index: number }) {
  const { namespace, name, reclaimable, lastPushedAt } = repository
  return (
    <tr aria-rowindex={index + 2} style={{ height: rowHeight }}>
      <th scope="row">
        <Link
          to={paths.repository(fullName(repository))}
          className={classes.link}
          title={fullName(repository)}
        >
          {namespace && <span className={classes.namespace}>{namespace}/</span>}
          <b>{name}</b>
        </Link>
      </th>
      <td className={classes.tags}>{formatCount(repository.tagCount)}</td>
      <td className={classes.size}>
        <ByteSize bytes={repository.size} />
      </td>
      <td className={classes.reclaimable}>
        <span data-some={reclaimable > 0 || undefined} className={classes.reclaimableBytes}>
          <ByteSize bytes={reclaimable} />
        </span>
      </td>
      <td className={classes.pushed}>{lastPushedAt ? <RelativeTime at={lastPushedAt} /> : '–'}</td>
      <td className={classes.access}>{accessWords[repository.accessLevel]}</td>
    </tr>
  )
}
