import { describe, expect, it } from 'vitest'
import { createPathReader } from './repository-path.ts'

const templateOf = {
  repository: '/repositories/{repository+}',
  tag: '/repositories/{repository+}/tags/{reference}',
  tags: '/repositories/{repository+}/tags',
  manifest: '/repositories/{repository+}/manifests/{reference}',
  'deletion-impact': '/repositories/{repository+}/deletion-impact',
  'layer-map': '/repositories/{repository+}/layer-map',
  pruning: '/repositories/{repository+}/pruningPolicies/{id}',
  'pruning-test': '/repositories/{repository+}/pruningPolicies/test',
} as const

const readPath = createPathReader(Object.values(templateOf))

const read = (rest: string): readonly string[] =>
  readPath(rest).map(({ template, repository, reference }) => {
    const resource = Object.entries(templateOf).find(([, each]) => each === template)?.[0]
    return [resource, repository, reference].join(' ').trim()
  })

const digest = `sha256:${'a'.repeat(64)}`

describe('parsing what follows /repositories/', () => {
  it.each([
    ['team/app', ['repository team/app']],
    ['app', ['repository app']],
    ['tags', ['repository tags']],
    ['a/b/c/d', ['repository a/b/c/d']],
    ['app/manifests/1.2', ['manifest app 1.2', 'repository app/manifests/1.2']],
    [
      'team/app/deletion-impact',
      ['deletion-impact team/app', 'repository team/app/deletion-impact'],
    ],
    ['team/app/layer-map', ['layer-map team/app', 'repository team/app/layer-map']],
    [`team/app/manifests/${digest}`, [`manifest team/app ${digest}`]],
    [`team/app/manifests/${encodeURIComponent(digest)}`, [`manifest team/app ${digest}`]],
    ['team/app/tags/V1', ['tag team/app V1']],
    ['team/app/pruningPolicies/1a', ['pruning team/app 1a']],
    ['team/app/pruningPolicies/test', ['pruning-test team/app', 'pruning team/app test']],
    ['pruningPolicies/test', []],
    ['team/tags', ['tags team', 'repository team/tags']],
    ['team/tags/tags', ['tags team/tags', 'tag team tags', 'repository team/tags/tags']],
    ['team/tags/x', ['tag team x', 'repository team/tags/x']],
  ])('finds every meaning of %s', (rest, readings) => {
    expect(read(rest)).toEqual(readings)
  })

  it.each([
    '',
    '/',
    'Team/app',
    'team//app',
    'team/app/',
    'team/app%2Ftags/x',
    '%2e%2e/app',
    'team/%2e%2e%2fetc',
    'team/app%00',
    'team/%zz',
    'team/app/../../etc',
  ])('rejects %j', (rest) => {
    expect(read(rest)).toEqual([])
  })

  it('leaves the check of a reference to the handler', () => {
    expect(read('team/app/manifests/..%2F..')).toEqual(['manifest team/app ../..'])
    expect(read('team/app/manifests/%ff')).toEqual([])
  })
})
