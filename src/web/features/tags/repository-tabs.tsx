import { useSearchParams } from 'react-router'
import { paths } from '../../paths.ts'
import { TabLinks } from '../../ui/tab-links.tsx'

/** The views of a repository, as the address names them; the first one it does not name. */
const labels = { tags: 'Tags', 'layer-map': 'Layer map', activity: 'Activity' } as const
export type RepositoryTab = keyof typeof labels

const isTab = (value: string): value is RepositoryTab => Object.hasOwn(labels, value)

/** Which view of the repository the address asks for. */
export function useRepositoryTab(): RepositoryTab {
  const value = useSearchParams()[0].get('tab') ?? 'tags'
  return isTab(value) ? value : 'tags'
}

export function RepositoryTabs({ name, current }: { name: string; current: RepositoryTab }) {
  const tabs = Object.entries(labels).map(([tab, label]) => ({
    label,
    to: tab === 'tags' ? paths.repository(name) : paths.repositoryTab(name, tab),
    isCurrent: tab === current,
  }))
  return <TabLinks label={`Views of ${name}`} tabs={tabs} />
}
