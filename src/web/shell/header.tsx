import { Burger, Group } from '@mantine/core'
import { Breadcrumbs } from './breadcrumbs.tsx'
import { ColorSchemeSwitch } from './color-scheme-switch.tsx'
import classes from './shell.module.css'
import { UserMenu } from './user-menu.tsx'

interface HeaderProps {
  readonly isMenuOpen: boolean
  readonly onToggleMenu: () => void
}

export function Header({ isMenuOpen, onToggleMenu }: HeaderProps) {
  return (
    <Group h="100%" px="md" gap="xs" wrap="nowrap">
      <Burger
        opened={isMenuOpen}
        onClick={onToggleMenu}
        hiddenFrom="md"
        size="sm"
        aria-label="Navigation"
        aria-expanded={isMenuOpen}
        aria-controls="navigation"
      />
      <Breadcrumbs />
      <div className={classes.spacer} />
      <ColorSchemeSwitch />
      <UserMenu />
    </Group>
  )
}
