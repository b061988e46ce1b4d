import { ActionIcon, Badge, VisuallyHidden } from '@mantine/core'
import {
  IconEraser,
  IconHistory,
  IconPackages,
  IconRecycle,
  IconTrash,
  IconUsers,
  IconX,
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { Link, NavLink } from 'react-router'
import { trashCountQuery } from '#web/features/trash/queries.ts'
import { paths } from '#web/api/page-paths.ts'
import { useSession } from '#web/api/session-context.ts'
import { lazyComponent } from '#web/components/layout/lazy-component.tsx'
import { useEscape } from '#web/components/layout/use-escape.ts'
import { whenIdle } from '#web/components/layout/use-preload.ts'
import { ErrorBoundary } from './error-boundary.tsx'
import { Logo } from '#web/components/layout/logo.tsx'
import classes from './navigation.module.css'

const BrokenDot = lazyComponent(
  async () => (await import('#web/features/garbage-collection/now/broken-dot.tsx')).BrokenDot,
)

interface ItemProps {
  readonly to: string
  readonly label: string
  readonly icon: ReactNode
  readonly badge?: ReactNode
}

function Item({ to, label, icon, badge }: ItemProps) {
  return (
    <li>
      <NavLink to={to} className={classes.link ?? ''}>
        {icon}
        <span className={classes.label}>{label}</span>
        {badge}
      </NavLink>
    </li>
  )
}

interface NavigationProps {
  readonly id: string
  /** On narrow screens the navigation lies over the page while it is open. */
  readonly isOpen: boolean
  readonly onClose: () => void
}

export function Navigation({ id, isOpen, onClose }: NavigationProps) {
  const { isAdmin } = useSession()
  const closeButton = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (isOpen) closeButton.current?.focus()
  }, [isOpen])
  useEscape(isOpen, onClose)
  return (
    <nav id={id} aria-label="Main" className={classes.root} data-open={isOpen || undefined}>
      <div className={classes.top}>
        <Link to={paths.home} className={classes.product}>
          <Logo size={24} />
          Jetsam
        </Link>
        <ActionIcon
          ref={closeButton}
          className={classes.close}
          variant="transparent"
          c="var(--jetsam-nav-text)"
          aria-label="Close navigation"
          onClick={onClose}
        >
          <IconX size={18} aria-hidden />
        </ActionIcon>
      </div>
      <ul className={classes.list}>
        <Item
          to={paths.repositories}
          label="Repositories"
          icon={<IconPackages size={18} stroke={1.75} aria-hidden />}
        />
        <Item
          to={paths.trash}
          label="Trash"
          icon={<IconTrash size={18} stroke={1.75} aria-hidden />}
          badge={<TrashBadge />}
        />
        <Item
          to={paths.activity}
          label="Activity"
          icon={<IconHistory size={18} stroke={1.75} aria-hidden />}
        />
      </ul>
      <h2 className={classes.heading} id={`${id}-settings`}>
        Settings
      </h2>
      <ul className={classes.list} aria-labelledby={`${id}-settings`}>
        <Item
          to={paths.garbageCollection}
          label="Garbage collection"
          icon={<IconRecycle size={18} stroke={1.75} aria-hidden />}
          badge={<DamageBadge />}
        />
        <Item
          to={paths.cleaning()}
          label="Cleaning"
          icon={<IconEraser size={18} stroke={1.75} aria-hidden />}
        />
        {isAdmin && (
          <Item
            to={paths.people()}
            label="People"
            icon={<IconUsers size={18} stroke={1.75} aria-hidden />}
          />
        )}
      </ul>
    </nav>
  )
}

/** Asked once the browser is idle: it is no part of what the first page needs. */
function DamageBadge() {
  const [isIdle, setIdle] = useState(false)
  useEffect(() => whenIdle(() => setIdle(true)), [])
  return isIdle ? (
    <ErrorBoundary>
      <BrokenDot />
    </ErrorBoundary>
  ) : null
}

function TrashBadge() {
  const { data: count } = useQuery(trashCountQuery)
  if (!count) return null
  return (
    <Badge color="ember" size="sm" className={classes.badge}>
      {count > 999 ? '999+' : count}
      <VisuallyHidden>{count === 1 ? ' image' : ' images'}</VisuallyHidden>
    </Badge>
  )
}
