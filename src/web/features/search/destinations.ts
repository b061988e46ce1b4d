import type { SearchResult } from '#contract/images/search.ts'
import { paths } from '#web/api/page-paths.ts'
import { countOf } from '#web/components/text/count-of.ts'

/** A place in the dashboard that the search can jump to. */
export interface Destination {
  readonly path: string
  readonly label: string
  /** Distinguishes it from others with the same label. */
  readonly detail: string | null
}

export interface DestinationGroup {
  readonly label: string
  readonly kind: 'page' | 'repository' | 'tag'
  readonly destinations: readonly Destination[]
  /** How many more there are than are shown. */
  readonly more: number
}

const pages: readonly (Destination & { readonly administrators?: boolean })[] = [
  { path: paths.repositories, label: 'Repositories', detail: null },
  { path: paths.largestImages, label: 'What takes the space', detail: 'The largest images' },
  { path: paths.trash, label: 'Trash', detail: 'Restore deleted images' },
  { path: paths.activity, label: 'Activity', detail: 'Who did what' },
  { path: paths.garbageCollection, label: 'Garbage collection', detail: 'Settings' },
  { path: paths.cleaning(), label: 'Cleaning', detail: 'Settings' },
  { path: paths.people(), label: 'People', detail: 'Settings', administrators: true },
]

/**
 * The destinations that match the words, pages first.
 *
 * @param found null while it loads, or when nothing is typed: then only pages
 */
export function destinationGroups(
  text: string,
  found: SearchResult | null,
  isAdmin: boolean,
): readonly DestinationGroup[] {
  const word = text.trim().toLowerCase()
  const groups: DestinationGroup[] = [
    {
      label: 'Pages',
      kind: 'page',
      destinations: pages.filter(
        ({ label, administrators = false }) =>
          (isAdmin || !administrators) && label.toLowerCase().includes(word),
      ),
      more: 0,
    },
  ]
  if (found) {
    groups.push({
      label: 'Repositories',
      kind: 'repository',
      destinations: found.repositories.map(({ id, tagCount }) => ({
        path: paths.repository(id),
        label: id,
        detail: countOf(tagCount, 'tag'),
      })),
      more: found.repositoryCount - found.repositories.length,
    })
    groups.push({
      label: 'Tags',
      kind: 'tag',
      destinations: found.tags.map(({ repository, name }) => ({
        path: paths.repository(repository, name),
        label: name,
        detail: repository,
      })),
      more: found.tagCount - found.tags.length,
    })
  }
  return groups.filter(({ destinations }) => destinations.length > 0)
}
