import type { QueryClient } from '@tanstack/react-query'
import type { ComponentType, ReactNode } from 'react'
import { matchRoutes, Navigate, type RouteObject } from 'react-router'
import { repositoriesQuery } from '#web/features/repositories/queries.ts'
import { askForRepository } from '#web/features/tags/ask-for-repository.ts'
import { paths } from '#web/api/paths.ts'
import { queryKeys } from '#web/api/query-keys.ts'
import { NotFoundPage } from './shell/not-found-page.tsx'
import { PageSkeleton } from './shell/page-skeleton.tsx'
import { RequireSession } from './shell/require-session.tsx'
import { lazily } from '#web/components/layout/lazily.tsx'
import { ListSkeleton } from '#web/components/table/list-skeleton.tsx'

/** Asks for what a page shows first. */
type AskAhead = (
  client: QueryClient,
  address: { readonly rest: string; readonly parameters: URLSearchParams },
) => void

/** What can be done for a page before it is shown. */
interface Ahead {
  /** Loads its code, of which there is one. */
  readonly load: () => Promise<unknown>
  readonly ask: AskAhead
}

const askNothing: AskAhead = () => {}

/** What a route shows. */
function page<Props extends object>(
  loadCode: () => Promise<ComponentType<Props>>,
  props: Props,
  { ask = askNothing, placeholder = (): ReactNode => <PageSkeleton /> } = {},
) {
  const Page = lazily(loadCode, placeholder)
  return { element: <Page {...props} />, handle: { load: Page.load, ask } satisfies Ahead }
}

const RepositoryActivity = lazily(
  async () => (await import('#web/features/activity/repository-activity.tsx')).RepositoryActivity,
  () => <ListSkeleton />,
)

const signIn = page(
  async () => (await import('#web/features/session/sign-in-page.tsx')).SignInPage,
  {},
  // A skeleton of a list that turns into it would be a lie.
  { placeholder: () => null },
)
const tags = page(
  async () => (await import('#web/features/tags/tags-page.tsx')).TagsPage,
  { Activity: RepositoryActivity },
  { ask: (client, { rest, parameters }) => askForRepository(client, rest, parameters) },
)
const repositories = page(
  async () => (await import('#web/features/repositories/repositories-page.tsx')).RepositoriesPage,
  { loadRepositoryPage: tags.handle.load },
  { ask: (client) => void client.prefetchQuery(repositoriesQuery) },
)
const trash = page(async () => (await import('#web/features/trash/trash-page.tsx')).TrashPage, {})
const garbageCollection = page(
  async () =>
    (await import('#web/features/garbage-collection/garbage-collection-page.tsx'))
      .GarbageCollectionPage,
  {},
)
const run = page(
  async () => (await import('#web/features/garbage-collection/run/run-page.tsx')).RunPage,
  {},
)
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
 * The table of pages. Addresses are written here and in `paths.ts`, nowhere else. Data comes from
 * queries and not from loaders, so the plain router does: the other one is twice as large.
 */
export const routes: RouteObject[] = [
  { path: '/sign-in', ...signIn },
  {
    element: <RequireSession />,
    children: [
      {
        index: true,
        element: <Navigate to={paths.repositories} replace />,
        handle: repositories.handle,
      },
      { path: '/repositories', ...repositories },
      { path: '/repositories/*', ...tags },
      { path: '/trash', ...trash },
      { path: '/activity', ...activity },
      { path: '/settings', element: <Navigate to={paths.garbageCollection} replace /> },
      { path: '/settings/garbage-collection', ...garbageCollection },
      { path: '/settings/garbage-collection/runs/:jobId', ...run },
      { path: '/settings/people', ...people },
      { path: '/access-tokens', ...accessTokens },
      { path: '*', element: <NotFoundPage /> },
    ],
  },
]

/**
 * Loads the code of the page at an address, and asks for what it shows first, while it is still asked
 * who is signed in: one wait instead of three. What fails is said by the page, when it is opened.
 */
export function goAhead(
  client: QueryClient,
  { pathname, search }: { readonly pathname: string; readonly search: string },
): void {
  const isSignedOut = client.getQueryData(queryKeys.session) === null
  const parameters = new URLSearchParams(search)
  for (const { route, params } of matchRoutes(routes, pathname) ?? []) {
    const ahead = route.handle as Ahead | undefined
    // First, for code is many small files, and browsers ask for six things at a time.
    if (!isSignedOut) ahead?.ask(client, { rest: params['*'] ?? '', parameters })
    ahead?.load().catch(() => {})
  }
}
