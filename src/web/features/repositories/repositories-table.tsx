import type { Repository } from '#contract/repositories.ts'
import { Table } from '@mantine/core'
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
    <Table.Tr aria-rowindex={index + 2} h={rowHeight}>
      <Table.Th scope="row">
        <Link
          to={paths.repository(fullName(repository))}
          className={classes.link}
          title={fullName(repository)}
        >
          {namespace && <span className={classes.namespace}>{namespace}/</span>}
          <b>{name}</b>
        </Link>
      </Table.Th>
      <Table.Td className={classes.tags}>{formatCount(repository.tagCount)}</Table.Td>
      <Table.Td className={classes.size}>
        <ByteSize bytes={repository.size} />
      </Table.Td>
      <Table.Td className={classes.reclaimable}>
        <span data-some={reclaimable > 0 || undefined} className={classes.reclaimableBytes}>
          <ByteSize bytes={reclaimable} />
        </span>
      </Table.Td>
      <Table.Td className={classes.pushed}>
        {lastPushedAt ? <RelativeTime at={lastPushedAt} /> : '–'}
      </Table.Td>
      <Table.Td className={classes.access}>{accessWords[repository.accessLevel]}</Table.Td>
    </Table.Tr>
  )
}
