import type { QueryClient } from '@tanstack/react-query'
import type { ComponentType } from 'react'
import { matchRoutes, Navigate, type RouteObject } from 'react-router'
import { repositoriesQuery } from '#web/features/repositories/queries.ts'
import { askForRepository } from '#web/features/tags/ask-for-repository.ts'
import { paths } from '#web/api/page-paths.ts'
import { queryKeys } from '#web/api/query-keys.ts'
import { NotFoundPage } from './shell/not-found-page.tsx'
import { PageSkeleton } from './shell/page-skeleton.tsx'
import { RequireSession } from './shell/require-session.tsx'
import { lazyComponent } from '#web/components/layout/lazy-component.tsx'
import { ListSkeleton } from '#web/components/table/list-skeleton.tsx'

/** Fetches the data that a page shows first. */
type Prefetch = (
  client: QueryClient,
  address: { readonly rest: string; readonly parameters: URLSearchParams },
) => void

/** What can be loaded before the page is shown. */
interface RouteHandle {
  /** Loads the page's code. Repeated calls share one load. */
  readonly load: () => Promise<unknown>
  readonly prefetch: Prefetch
}

const prefetchNothing: Prefetch = () => {}

/** Makes the route's element from a lazily loaded page. */
function page<Props extends object>(
  loadCode: () => Promise<ComponentType<Props>>,
  props: Props,
  { prefetch = prefetchNothing } = {},
) {
  const Page = lazyComponent(loadCode, () => <PageSkeleton />, { whenMissing: 'throw' })
  return {
    element: <Page {...props} />,
    handle: { load: Page.load, prefetch } satisfies RouteHandle,
  }
}

const RepositoryActivity = lazyComponent(
  async () => (await import('#web/features/activity/repository-activity.tsx')).RepositoryActivity,
  () => <ListSkeleton />,
)

const loadCleaning = () => import('#web/features/cleaning/cleaning-pages.tsx')
const RepositoryCleaning = lazyComponent(
  async () => (await loadCleaning()).RepositoryCleaning,
  () => <ListSkeleton />,
)

// Without a skeleton: the sign-in page is no list.
const SignIn = lazyComponent(
  async () => (await import('#web/features/session/sign-in-page.tsx')).SignInPage,
  undefined,
  { whenMissing: 'throw' },
)
const tags = page(
  async () => (await import('#web/features/tags/tags-page.tsx')).TagsPage,
  { Activity: RepositoryActivity, Cleaning: RepositoryCleaning },
  { prefetch: (client, { rest, parameters }) => askForRepository(client, rest, parameters) },
)
const repositories = page(
  async () => (await import('#web/features/repositories/repositories-page.tsx')).RepositoriesPage,
  { loadRepositoryPage: tags.handle.load },
  { prefetch: (client) => void client.prefetchQuery(repositoriesQuery) },
)
const largest = page(
  async () => (await import('#web/features/tags/largest/largest-page.tsx')).LargestPage,
  {},
)
const trash = page(async () => (await import('#web/features/trash/trash-page.tsx')).TrashPage, {})
const garbageCollection = page(
  async () =>
    (await import('#web/features/garbage-collection/garbage-collection-page.tsx'))
      .GarbageCollectionPage,
  {},
)
const job = page(
  async () => (await import('#web/features/garbage-collection/job-page.tsx')).JobPage,
  {},
)
const cleaning = page(async () => (await loadCleaning()).CleaningPages, {})
const activity = page(
  async () => (await import('#web/features/activity/activity-page.tsx')).ActivityPage,
  {},
)
const accessTokens = page(
  async () =>
    (await import('#web/features/people/access-tokens/access-tokens-page.tsx')).AccessTokensPage,
  {},
)
const people = page(
  async () => (await import('#web/features/people/people-page.tsx')).PeoplePage,
  {},
)

/**
 * The table of pages. Only this file and `paths.ts` write addresses. Queries fetch the data instead
 * of loaders, so the plain router is enough: the data router, which alone has loaders and `lazy`,
 * would make the first load 16.6 kB (gzip) larger, and its budget has no room for that.
 */
export const routes: RouteObject[] = [
  {
    path: '/sign-in',
    element: <SignIn />,
    handle: { load: SignIn.load, prefetch: prefetchNothing } satisfies RouteHandle,
  },
  {
    element: <RequireSession SignIn={SignIn} />,
    children: [
      {
        index: true,
        element: <Navigate to={paths.repositories} replace />,
        handle: repositories.handle,
      },
      { path: '/repositories', ...repositories },
      { path: '/repositories/*', ...tags },
      { path: '/largest-images', ...largest },
      { path: '/trash', ...trash },
      { path: '/activity', ...activity },
      { path: '/settings', element: <Navigate to={paths.garbageCollection} replace /> },
      { path: '/settings/garbage-collection', ...garbageCollection },
      { path: '/settings/garbage-collection/runs/:jobId', ...job },
      { path: '/settings/garbage-collection/verifications/:verificationId', ...job },
      { path: '/settings/cleaning', ...cleaning },
      { path: '/settings/cleaning/runs/:jobId', ...cleaning },
      { path: '/settings/people', ...people },
      { path: '/access-tokens', ...accessTokens },
      { path: '*', element: <NotFoundPage /> },
    ],
  },
]

/**
 * Loads the code of the page at an address and fetches what it shows first while the session
 * request is still under way: one wait instead of three. The page itself reports a failure when it
 * opens.
 */
export function prefetchRoute(
  client: QueryClient,
  { pathname, search }: { readonly pathname: string; readonly search: string },
): void {
  const isSignedOut = client.getQueryData(queryKeys.session) === null
  const parameters = new URLSearchParams(search)
  for (const { route, params } of matchRoutes(routes, pathname) ?? []) {
    const ahead = route.handle as RouteHandle | undefined
    // Data first: the code is many small files, and a browser sends six requests at a time.
    if (!isSignedOut) ahead?.prefetch(client, { rest: params['*'] ?? '', parameters })
    ahead?.load().catch(() => {})
  }
}
