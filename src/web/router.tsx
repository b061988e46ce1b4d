import { lazy, type ComponentType } from 'react'
import { matchRoutes, Navigate, type RouteObject } from 'react-router'
import { paths } from './paths.ts'
import { NotFoundPage } from './shell/not-found-page.tsx'
import { RequireSession } from './shell/require-session.tsx'

/** Loads the code of a page, of which there is one. */
type LoadPage = () => Promise<unknown>

/** A page whose code is loaded when it is first opened, or told to. */
const page = <Props extends object>(load: () => Promise<ComponentType<Props>>) =>
  Object.assign(
    lazy(async () => ({ default: await load() })),
    { load },
  )

const SignInPage = page(
  async () => (await import('./features/session/sign-in-page.tsx')).SignInPage,
)
const RepositoriesPage = page(
  async () => (await import('./features/repositories/repositories-page.tsx')).RepositoriesPage,
)
const TagsPage = page(async () => (await import('./features/tags/tags-page.tsx')).TagsPage)
const RepositoryActivity = page(
  async () => (await import('./features/activity/repository-activity.tsx')).RepositoryActivity,
)
const TrashPage = page(async () => (await import('./features/trash/trash-page.tsx')).TrashPage)
const GarbageCollectionPage = page(
  async () =>
    (await import('./features/garbage-collection/garbage-collection-page.tsx'))
      .GarbageCollectionPage,
)
const ActivityPage = page(
  async () => (await import('./features/activity/activity-page.tsx')).ActivityPage,
)
const PeoplePage = page(async () => (await import('./features/people/people-page.tsx')).PeoplePage)
const RunPage = page(
  async () => (await import('./features/garbage-collection/run-page.tsx')).RunPage,
)

/**
 * The table of pages. Addresses are written here and in `paths.ts`, nowhere else. Data comes from
 * queries and not from loaders, so the plain router does: the other one is twice as large.
 */
export const routes: RouteObject[] = [
  { path: '/sign-in', element: <SignInPage />, handle: SignInPage.load },
  {
    element: <RequireSession />,
    children: [
      {
        index: true,
        element: <Navigate to={paths.repositories} replace />,
        handle: RepositoriesPage.load,
      },
      { path: '/repositories', element: <RepositoriesPage />, handle: RepositoriesPage.load },
      {
        path: '/repositories/*',
        element: <TagsPage Activity={RepositoryActivity} />,
        handle: TagsPage.load,
      },
      { path: '/trash', element: <TrashPage />, handle: TrashPage.load },
      { path: '/activity', element: <ActivityPage />, handle: ActivityPage.load },
      { path: '/settings', element: <Navigate to={paths.garbageCollection} replace /> },
      {
        path: '/settings/garbage-collection',
        element: <GarbageCollectionPage />,
        handle: GarbageCollectionPage.load,
      },
      {
        path: '/settings/garbage-collection/runs/:jobId',
        element: <RunPage />,
        handle: RunPage.load,
      },
      { path: '/settings/people', element: <PeoplePage />, handle: PeoplePage.load },
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
