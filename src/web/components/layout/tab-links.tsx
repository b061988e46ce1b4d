import { Link } from 'react-router'
import classes from './tab-links.module.css'

export interface TabLink {
  readonly label: string
  /** The address of the view inside the dashboard. */
  readonly to: string
  readonly isCurrent: boolean
}

/** The views of one thing, each with its own address: links that look like tabs. */
export function TabLinks({ label, tabs }: { label: string; tabs: readonly TabLink[] }) {
  return (
    <nav aria-label={label} className={classes.root}>
      <ul className={classes.list}>
        {tabs.map((tab) => (
          <li key={tab.label}>
            <Link
              to={tab.to}
              className={classes.tab ?? ''}
              aria-current={tab.isCurrent ? 'page' : undefined}
            >
              {tab.label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
