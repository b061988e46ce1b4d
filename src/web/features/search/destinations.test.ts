import { describe, expect, test } from 'vitest'
import { destinationGroups } from './destinations.ts'

const found = {
  repositories: [{ id: 'team/app', tagCount: 1 }],
  repositoryCount: 1,
  tags: [{ repository: 'team/app', name: '1.2', digest: `sha256:${'a'.repeat(64)}` }],
  tagCount: 9,
}

const labels = (groups: ReturnType<typeof destinationGroups>) =>
  groups.map(({ kind, destinations }) => [kind, destinations.map(({ label }) => label)])

describe('the destinations for a search', () => {
  test('are only pages when nothing is typed', () => {
    expect(labels(destinationGroups('', null, true))[0]?.[0]).toBe('page')
    expect(destinationGroups('', null, true)).toHaveLength(1)
  })

  test('include a page by part of its name, in any case', () => {
    expect(labels(destinationGroups('TRA', null, false))).toEqual([['page', ['Trash']]])
  })

  test('include repositories and tags, with their place and the number of further ones', () => {
    const [repositories, tags] = destinationGroups('xyz', found, false)
    expect(repositories?.destinations).toEqual([
      { path: '/repositories/team/app', label: 'team/app', detail: '1 tag' },
    ])
    expect(tags).toMatchObject({
      more: 8,
      destinations: [{ path: '/repositories/team/app?tag=1.2', label: '1.2', detail: 'team/app' }],
    })
  })
})
