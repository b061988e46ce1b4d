import { ActionIcon } from '@mantine/core'
import { IconMenu2 } from '@tabler/icons-react'
import type { Ref } from 'react'
import { Breadcrumbs } from './breadcrumbs.tsx'
import { ColorSchemeButton } from './color-scheme-button.tsx'
import { createLazyMenu } from './lazy-menu.tsx'
import { SearchButton } from './search-button.tsx'
import classes from './shell.module.css'
import { UserButton } from './user-button.tsx'

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
      <Breadcrumbs />
      <div className={classes.spacer} />
      <SearchButton />
      <ColorSchemeMenu />
      <UserMenu />
    </header>
  )
}
