import { compareNaturally, sortedNaturally } from '#domain/values/natural-order.ts'
import type { Repository } from '#contract/images/repositories.ts'
import { accessLevels } from '#domain/access/access-level.ts'
import { parseSort, type Sort } from '#web/components/table/sort.ts'

const repositoryColumns = [
  'name',
  'tagCount',
  'size',
  'reclaimable',
  'lastPushedAt',
  'accessLevel',
] as const
export type RepositoryColumn = (typeof repositoryColumns)[number]

/** The view's state in the address. */
export interface RepositoryView {
  readonly filter: string
  /** Null: all of them; empty: repositories whose names have one part. */
  readonly namespace: string | null
  readonly sort: Sort<RepositoryColumn>
}

const defaultSort: Sort<RepositoryColumn> = { field: 'name', isDescending: false }

/** Stands in the address for "without a namespace": a name cannot be this. */
export const noNamespace = '-'

const readNamespace = (parameter: string | null): string | null =>
  parameter === noNamespace ? '' : parameter

export const readView = (parameters: URLSearchParams): RepositoryView => ({
  filter: parameters.get('filter') ?? '',
  namespace: readNamespace(parameters.get('namespace')),
  sort: parseSort(parameters.get('sort'), repositoryColumns) ?? defaultSort,
})

/** Whether it has anything that the person may send to the trash as a whole. */
export const isDeletable = ({ accessLevel, tagCount, size }: Repository): boolean =>
  accessLevel === 'admin' && (tagCount > 0 || size > 0)

export const isRemovable = ({ empty, accessLevel }: Repository): boolean =>
  empty && accessLevel === 'admin'

/** The repositories that the view shows, in its order; equal ones by name. */
export function selectRepositories(
  repositories: readonly Repository[],
  { filter, namespace, sort }: RepositoryView,
): Repository[] {
  const wanted = filter.toLowerCase()
  const direction = sort.isDescending ? -1 : 1
  return repositories
    .filter(
      (repository) =>
        (namespace === null || repository.namespace === namespace) &&
        repository.id.includes(wanted),
    )
    .toSorted((a, b) => direction * compare(a, b, sort.field) || compareNaturally(a.id, b.id))
}

export const namespacesOf = (repositories: readonly Repository[]): string[] =>
  sortedNaturally([...new Set(repositories.map(({ namespace }) => namespace))])

function compare(a: Repository, b: Repository, field: RepositoryColumn): number {
  switch (field) {
    case 'name':
      return compareNaturally(a.id, b.id)
    case 'lastPushedAt':
      return Date.parse(a.lastPushedAt ?? '1970-01-01') - Date.parse(b.lastPushedAt ?? '1970-01-01')
    case 'accessLevel':
      return accessLevels.indexOf(a.accessLevel) - accessLevels.indexOf(b.accessLevel)
    case 'reclaimable':
      // Unknown sorts before zero.
      return (a.reclaimable ?? -1) - (b.reclaimable ?? -1)
    default:
      return a[field] - b[field]
  }
}
