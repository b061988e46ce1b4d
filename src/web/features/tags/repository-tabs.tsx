import { paths } from '#web/api/page-paths.ts'
import { TabLinks } from '#web/components/layout/tab-links.tsx'
import { repositoryTabs, type RepositoryTab } from './repository-tab.ts'

export function RepositoryTabs({ name, current }: { name: string; current: RepositoryTab }) {
  const tabs = Object.entries(repositoryTabs).map(([tab, label]) => ({
    label,
    to: tab === 'tags' ? paths.repository(name) : paths.repositoryTab(name, tab),
    isCurrent: tab === current,
  }))
  return <TabLinks label={`Views of ${name}`} tabs={tabs} />
}
