import { describe, expect, it } from 'vitest'
import { repository } from '#web/testing/images.ts'
import { namespacesOf, readView, selectRepositories } from './repository-view.ts'

const of = (id: string, changes = {}) => {
  const slash = id.lastIndexOf('/')
  return repository({
    id,
    namespace: id.slice(0, Math.max(0, slash)),
    name: id.slice(slash + 1),
    ...changes,
  })
}
const all = [
  of('team/app10', { size: 3, lastPushedAt: null, accessLevel: 'admin' }),
  of('team/app2', { size: 1, lastPushedAt: '2026-11-20T10:00:00.000Z', accessLevel: 'read-only' }),
  of('a/b/c', { size: 2, lastPushedAt: '2026-11-21T10:00:00.000Z' }),
  of('solo', { size: 2, lastPushedAt: '2026-11-19T10:00:00.000Z' }),
]
const shownAt = (query: string): string[] =>
  selectRepositories(all, readView(new URLSearchParams(query))).map(({ id }) => id)

describe('the repositories that an address shows', () => {
  it.each([
    ['', ['a/b/c', 'solo', 'team/app2', 'team/app10']],
    ['sort=-name', ['team/app10', 'team/app2', 'solo', 'a/b/c']],
    ['sort=size', ['team/app2', 'a/b/c', 'solo', 'team/app10']],
    ['sort=-size', ['team/app10', 'a/b/c', 'solo', 'team/app2']],
    ['sort=-lastPushedAt', ['a/b/c', 'team/app2', 'solo', 'team/app10']],
    ['sort=-accessLevel', ['team/app10', 'a/b/c', 'solo', 'team/app2']],
    ['sort=nonsense', ['a/b/c', 'solo', 'team/app2', 'team/app10']],
    ['filter=APP1', ['team/app10']],
    ['filter=m%2Fa', ['team/app2', 'team/app10']],
    ['namespace=team', ['team/app2', 'team/app10']],
    ['namespace=a', []],
    ['namespace=a%2Fb', ['a/b/c']],
    ['namespace=-', ['solo']],
  ])('lists for ?%s the repositories of its view', (query, ids) => {
    expect(shownAt(query)).toEqual(ids)
  })
})

it('lists the namespaces, the empty one first', () => {
  expect(namespacesOf(all)).toEqual(['', 'a/b', 'team'])
})
