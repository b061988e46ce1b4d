import { ActionIcon } from '@mantine/core'
import { IconMenu2 } from '@tabler/icons-react'
import type { Ref } from 'react'
import { useLocation } from 'react-router'
import { lazyComponent } from '#web/components/layout/lazy-component.tsx'
import { ColorSchemeButton } from './color-scheme-button.tsx'
import { createLazyMenu } from './lazy-menu.tsx'
import { SearchButton } from './search-button.tsx'
import classes from './shell.module.css'
import { UserButton } from './user-button.tsx'

const Breadcrumbs = lazyComponent(async () => (await import('./breadcrumbs.tsx')).Breadcrumbs)
const ColorSchemeMenu = createLazyMenu(
  ColorSchemeButton,
  async () => (await import('./color-scheme-menu.tsx')).ColorSchemeMenu,
)
const UserMenu = createLazyMenu(UserButton, async () => (await import('./user-menu.tsx')).UserMenu)

interface HeaderProps {
  readonly isNavigationOpen: boolean
  readonly navigationId: string
  readonly onOpenNavigation: () => void
  readonly navigationButton: Ref<HTMLButtonElement>
}

export function Header({
  isNavigationOpen,
  navigationId,
  onOpenNavigation,
  navigationButton,
}: HeaderProps) {
  // Only pages deeper than those of the navigation have a trail.
  const isDeep = useLocation().pathname.split('/').length > 2
  return (
    <header className={classes.header}>
      <ActionIcon
        ref={navigationButton}
        className={classes.navigationButton}
        variant="subtle"
        color="gray"
        size="lg"
        aria-label="Open navigation"
        aria-expanded={isNavigationOpen}
        aria-controls={navigationId}
        onClick={onOpenNavigation}
      >
        <IconMenu2 size={20} aria-hidden />
      </ActionIcon>
      {isDeep ? <Breadcrumbs /> : <span className={classes.product}>Jetsam</span>}
      <div className={classes.spacer} />
      <SearchButton />
      <ColorSchemeMenu />
      <UserMenu />
    </header>
  )
}
