import { lazy, type ComponentType } from 'react'
import { matchRoutes, Navigate, type RouteObject } from 'react-router'
import { paths } from './paths.ts'
import { NotFoundPage } from './shell/not-found-page.tsx'
import { RequireSession } from './shell/require-session.tsx'

/** Loads the code of a page, of which there is one. */
type LoadPage = () => Promise<unknown>

/** What a route shows. The code of that is loaded when it is first opened, or told to. */
function page<Props extends object>(load: () => Promise<ComponentType<Props>>, props: Props) {
  const Page = lazy(async () => ({ default: await load() }))
  return { element: <Page {...props} />, handle: load satisfies LoadPage }
}

const RepositoryActivity = lazy(async () => ({
  default: (await import('./features/activity/repository-activity.tsx')).RepositoryActivity,
}))

const signIn = page(
  async () => (await import('./features/session/sign-in-page.tsx')).SignInPage,
  {},
)
const repositories = page(
  async () => (await import('./features/repositories/repositories-page.tsx')).RepositoriesPage,
  {},
)
const tags = page(async () => (await import('./features/tags/tags-page.tsx')).TagsPage, {
  Activity: RepositoryActivity,
})
const trash = page(async () => (await import('./features/trash/trash-page.tsx')).TrashPage, {})
const garbageCollection = page(
  async () =>
    (await import('./features/garbage-collection/garbage-collection-page.tsx'))
      .GarbageCollectionPage,
  {},
)
const run = page(
  async () => (await import('./features/garbage-collection/run-page.tsx')).RunPage,
  {},
)
const activity = page(
  async () => (await import('./features/activity/activity-page.tsx')).ActivityPage,
  {},
)
const people = page(async () => (await import('./features/people/people-page.tsx')).PeoplePage, {})

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
      { path: '*', element: <NotFoundPage /> },
    ],
  },
]

/**
 * Loads the code of the page at an address while it is still asked who is signed in: one wait instead
 * of two. What fails is said by the page, when it is opened.
 */
export function loadPageAt(pathname: string): void {
  for (const { route } of matchRoutes(routes, pathname) ?? []) {
    const load = route.handle as LoadPage | undefined
    load?.().catch(() => {})
  }
}
