import { expect, it } from 'vitest'
import { paths } from './page-paths.ts'

it('builds every address of the dashboard', () => {
  expect([
    paths.signIn(),
    paths.signIn('/repositories/team/app?tag=1.2'),
    paths.namespace('a/b'),
    paths.repository('app'),
    paths.repository('team/app'),
    paths.repository('a/b/c', '1.2+x'),
    paths.repositoryTab('a/b/c', 'activity'),
    paths.activityOf('ci@x'),
    paths.people(),
    paths.people('ana'),
    paths.collectionRun('a/b'),
    paths.verification('a/b'),
  ]).toEqual([
    '/sign-in',
    '/sign-in?from=%2Frepositories%2Fteam%2Fapp%3Ftag%3D1.2',
    '/repositories?namespace=a%2Fb',
    '/repositories/app',
    '/repositories/team/app',
    '/repositories/a/b/c?tag=1.2%2Bx',
    '/repositories/a/b/c?tab=activity',
    '/activity?person=ci%40x',
    '/settings/people',
    '/settings/people?account=ana',
    '/settings/garbage-collection/runs/a%2Fb',
    '/settings/garbage-collection/verifications/a%2Fb',
  ])
})
