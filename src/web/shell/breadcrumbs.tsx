import { Fragment } from 'react'
import { Link, useLocation } from 'react-router'
import { paths } from '../paths.ts'
import classes from './breadcrumbs.module.css'

interface Crumb {
  readonly label: string
  /** Absent for where one is. */
  readonly to?: string
}

/** The way here, for the pages that lie deeper than the navigation shows. */
export function crumbsOf(pathname: string): readonly Crumb[] {
  const prefix = `${paths.repositories}/`
  if (!pathname.startsWith(prefix)) return [{ label: 'Jetsam' }]
  const parts = pathname.slice(prefix.length).split('/').filter(Boolean).map(decodeURIComponent)
  const namespace = parts.slice(0, -1).join('/')
  return [
    { label: 'Repositories', to: paths.repositories },
    ...(namespace ? [{ label: namespace, to: paths.namespace(namespace) }] : []),
    { label: parts.at(-1) ?? '' },
  ]
}

export function Breadcrumbs() {
  const { pathname } = useLocation()
  const crumbs = crumbsOf(pathname)
  if (crumbs.length < 2) return <span className={classes.product}>Jetsam</span>
  return (
    <nav aria-label="Breadcrumb" className={classes.root}>
      <ol className={classes.list}>
        {crumbs.map((crumb) => (
          <Fragment key={crumb.label}>
            <li className={classes.crumb}>
              {crumb.to ? <Link to={crumb.to}>{crumb.label}</Link> : <b>{crumb.label}</b>}
            </li>
          </Fragment>
        ))}
      </ol>
    </nav>
  )
}
