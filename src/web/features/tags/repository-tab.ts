/** The views of a repository by their name in the address; the first one has no name there. */
export const repositoryTabs = {
  tags: 'Tags',
  untagged: 'Untagged',
  'layer-map': 'Layer map',
  cleaning: 'Cleaning',
  activity: 'Activity',
} as const
export type RepositoryTab = keyof typeof repositoryTabs

const isTab = (value: string): value is RepositoryTab => Object.hasOwn(repositoryTabs, value)

/** The view of the repository in the address. */
export function readTab(parameters: URLSearchParams): RepositoryTab {
  const value = parameters.get('tab') ?? 'tags'
  return isTab(value) ? value : 'tags'
}
