import { AppShell } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { lazy, Suspense, useEffect } from 'react'
import { Outlet, useLocation } from 'react-router'
import { ErrorBoundary } from './error-boundary.tsx'
import { ConnectionNotice } from './connection-notice.tsx'
import { Header } from './header.tsx'
import { Navigation } from './navigation.tsx'
import { PageSkeleton } from './page-skeleton.tsx'
import classes from './shell.module.css'

const CollectionBanner = lazy(async () => {
  const { CollectionBanner: banner } =
    await import('../features/garbage-collection/collection-banner.tsx')
  return { default: banner }
})

const mainId = 'main'

export function Shell() {
  const [isMenuOpen, { toggle, close }] = useDisclosure(false)
  const { pathname } = useLocation()
  useEffect(() => close(), [pathname, close])
  return (
    <AppShell
      layout="alt"
      header={{ height: 52 }}
      navbar={{ width: 216, breakpoint: 'md', collapsed: { mobile: !isMenuOpen } }}
    >
      <a className={classes.skipLink} href={`#${mainId}`}>
        Skip to content
      </a>
      <AppShell.Header className={classes.header}>
        <Header isMenuOpen={isMenuOpen} onToggleMenu={toggle} />
      </AppShell.Header>
      <AppShell.Navbar className={classes.navbar} aria-label="Main" id="navigation">
        <Navigation onClose={close} />
      </AppShell.Navbar>
      <AppShell.Main className={classes.main} id={mainId} tabIndex={-1}>
        <ConnectionNotice />
        <ErrorBoundary fallback={null}>
          <Suspense fallback={null}>
            <CollectionBanner />
          </Suspense>
        </ErrorBoundary>
        <div className={classes.page}>
          <Suspense fallback={<PageSkeleton />}>
            <Outlet />
          </Suspense>
        </div>
      </AppShell.Main>
    </AppShell>
  )
}
