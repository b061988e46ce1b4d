import { Link, useLocation } from 'react-router'
import { paths } from '#web/api/page-paths.ts'
import classes from './breadcrumbs.module.css'

interface Crumb {
  readonly label: string
  /** Absent for the current page, and for a level that has no page of its own. */
  readonly to?: string
}

/** The trail to the current page, for pages that lie deeper than the navigation shows. */
export function crumbsOf(pathname: string): readonly Crumb[] {
  const prefix = `${paths.repositories}/`
  if (pathname.startsWith(paths.settings)) return settingsCrumbs(pathname)
  if (!pathname.startsWith(prefix)) return []
  const parts = pathname.slice(prefix.length).split('/').filter(Boolean).map(decodeURIComponent)
  const namespace = parts.slice(0, -1).join('/')
  return [
    { label: 'Repositories', to: paths.repositories },
    ...(namespace ? [{ label: namespace, to: paths.namespace(namespace) }] : []),
    { label: parts.at(-1) ?? '' },
  ]
}

function settingsCrumbs(pathname: string): readonly Crumb[] {
  const settings = { label: 'Settings' }
  if (pathname.startsWith(paths.people())) return [settings, { label: 'People' }]
  if (pathname.startsWith(paths.cleaning())) {
    const cleaning = { label: 'Cleaning' }
    return pathname === paths.cleaning()
      ? [settings, cleaning]
      : [settings, { ...cleaning, to: paths.cleaning() }, { label: 'Run' }]
  }
  const collection = { label: 'Garbage collection' }
  if (pathname === paths.garbageCollection) return [settings, collection]
  const isRun = pathname.startsWith(paths.collectionRun(''))
  return [
    settings,
    { ...collection, to: paths.garbageCollection },
    { label: isRun ? 'Run' : 'Verification' },
  ]
}

export function Breadcrumbs() {
  const { pathname } = useLocation()
  const crumbs = crumbsOf(pathname)
  if (crumbs.length < 2) return null
  return (
    <nav aria-label="Breadcrumb" className={classes.root}>
      <ol className={classes.list}>
        {crumbs.map((crumb) => (
          <li key={crumb.to ?? crumb.label} className={classes.crumb}>
            {crumb.to ? <Link to={crumb.to}>{crumb.label}</Link> : crumb.label}
          </li>
        ))}
      </ol>
    </nav>
  )
}
