import { lazy, type ComponentType } from 'react'
import { Navigate, type RouteObject } from 'react-router'
import { paths } from './paths.ts'
import { NotFoundPage } from './shell/not-found-page.tsx'
import { RequireSession } from './shell/require-session.tsx'

/** A page whose code is loaded when it is first opened. */
const page = <Props extends object>(load: () => Promise<ComponentType<Props>>) =>
  lazy(async () => ({ default: await load() }))

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
  { path: '/sign-in', element: <SignInPage /> },
  {
    element: <RequireSession />,
    children: [
      { index: true, element: <Navigate to={paths.repositories} replace /> },
      { path: '/repositories', element: <RepositoriesPage /> },
      { path: '/repositories/*', element: <TagsPage Activity={RepositoryActivity} /> },
      { path: '/trash', element: <TrashPage /> },
      { path: '/activity', element: <ActivityPage /> },
      { path: '/settings', element: <Navigate to={paths.garbageCollection} replace /> },
      { path: '/settings/garbage-collection', element: <GarbageCollectionPage /> },
      { path: '/settings/garbage-collection/runs/:jobId', element: <RunPage /> },
      { path: '/settings/people', element: <PeoplePage /> },
      { path: '*', element: <NotFoundPage /> },
    ],
  },
]
