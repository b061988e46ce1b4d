/** The views of a repository, as the address names them; the first one it does not name. */
export const repositoryTabs = {
  tags: 'Tags',
  'layer-map': 'Layer map',
  activity: 'Activity',
} as const
export type RepositoryTab = keyof typeof repositoryTabs

const isTab = (value: string): value is RepositoryTab => Object.hasOwn(repositoryTabs, value)

/** Which view of the repository the address asks for. */
export function readTab(parameters: URLSearchParams): RepositoryTab {
  const value = parameters.get('tab') ?? 'tags'
  return isTab(value) ? value : 'tags'
}
