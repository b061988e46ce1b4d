import { useCallback, useEffect, useRef, useState } from 'react'
import { NavigationType, Outlet, useLocation, useNavigationType } from 'react-router'
import { ConnectionNotice } from './connection-notice.tsx'
import { ErrorBoundary } from './error-boundary.tsx'
import { Header } from './header.tsx'
import { MissingCodeNotice } from './missing-code-notice.tsx'
import { Navigation } from './navigation.tsx'
import { PageError } from './page-error.tsx'
import { lazyComponent } from '#web/components/layout/lazy-component.tsx'
import classes from './shell.module.css'

const CollectionBanner = lazyComponent(
  async () =>
    (await import('#web/features/garbage-collection/now/collection-banner.tsx')).CollectionBanner,
)

const mainId = 'main'
const navigationId = 'navigation'

/** Navigation, header, and the page between them. */
export function Shell() {
  const { pathname, key } = useLocation()
  const main = useRef<HTMLElement>(null)
  const navigationButton = useRef<HTMLButtonElement>(null)
  // Holds the address at which it was opened, so that a navigation closes it.
  const [navigationOpenAt, setNavigationOpenAt] = useState<string | null>(null)
  const isNavigationOpen = navigationOpenAt === key
  const closeNavigation = useCallback(() => {
    setNavigationOpenAt(null)
    navigationButton.current?.focus()
  }, [])
  useScrollToTop(pathname)

  return (
    <div className={classes.layout}>
      <a
        className={classes.skipLink}
        href={`#${mainId}`}
        onClick={(event) => {
          // By script: where addresses stand after a "#", the link would leave the page.
          event.preventDefault()
          main.current?.focus()
        }}
      >
        Skip to content
      </a>
      <Navigation id={navigationId} isOpen={isNavigationOpen} onClose={closeNavigation} />
      <div className={classes.column}>
        <Header
          navigationButton={navigationButton}
          navigationId={navigationId}
          isNavigationOpen={isNavigationOpen}
          onOpenNavigation={() => setNavigationOpenAt(key)}
        />
        <main ref={main} className={classes.main} id={mainId} tabIndex={-1}>
          <ConnectionNotice />
          <MissingCodeNotice />
          <ErrorBoundary>
            <CollectionBanner />
          </ErrorBoundary>
          <div className={classes.page}>
            {/* A new key on navigation, so that an error on one page does not affect the next. */}
            <ErrorBoundary key={pathname} fallback={PageError}>
              <Outlet />
            </ErrorBoundary>
          </div>
        </main>
      </div>
    </div>
  )
}

/** Scrolls a newly opened page to its top; Back returns to the previous position. */
function useScrollToTop(pathname: string): void {
  const navigationType = useNavigationType()
  useEffect(() => {
    if (navigationType !== NavigationType.Pop) window.scrollTo(0, 0)
    // Only a new page scrolls, not a filter and not details that open beside the list.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [pathname])
}
