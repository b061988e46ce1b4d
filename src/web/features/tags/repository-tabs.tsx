import { useSearchParams } from 'react-router'
import { paths } from '#web/api/page-paths.ts'
import { TabLinks } from '#web/components/layout/tab-links.tsx'
import { repositoryTabs, type RepositoryTab } from './repository-tab.ts'

/** Tags and the layer map show the same images, filtered and sorted the same way. */
function withView(to: string, parameters: URLSearchParams): string {
  const kept = ['filter', 'older', 'pulled', 'frees', 'platform', 'sort'].flatMap((name) => {
    const value = parameters.get(name)
    return value === null ? [] : [[name, value]]
  })
  if (kept.length === 0) return to
  return `${to}${to.includes('?') ? '&' : '?'}${new URLSearchParams(kept)}`
}

const hasSameFilters = (tab: string): boolean => tab === 'tags' || tab === 'layer-map'

export function RepositoryTabs({ name, current }: { name: string; current: RepositoryTab }) {
  const [parameters] = useSearchParams()
  const tabs = Object.entries(repositoryTabs).map(([tab, label]) => {
    const to = tab === 'tags' ? paths.repository(name) : paths.repositoryTab(name, tab)
    return {
      label,
      to: hasSameFilters(tab) ? withView(to, parameters) : to,
      isCurrent: tab === current,
    }
  })
  return <TabLinks label={`Views of ${name}`} tabs={tabs} />
}
