import { describe, expect, test } from 'vitest'
import { parseV2Path } from './v2-path.ts'

describe('parsing paths of /v2', () => {
  test.each([
    ['/v2', { kind: 'base' }],
    ['/v2/', { kind: 'base' }],
    ['/v2/_catalog', { kind: 'catalog' }],
    ['/v2/app/tags/list', { kind: 'tags', name: 'app' }],
    ['/v2/a/b/c/tags/list', { kind: 'tags', name: 'a/b/c' }],
    ['/v2/a/b/manifests/1.2', { kind: 'manifest', name: 'a/b', reference: '1.2' }],
    ['/v2/a/b/blobs/sha256:0a', { kind: 'blob', name: 'a/b', digest: 'sha256:0a' }],
    ['/v2/a/b/blobs/sha256%3A0a', { kind: 'blob', name: 'a/b', digest: 'sha256:0a' }],
    ['/v2/a/b/blobs/uploads/', { kind: 'uploads', name: 'a/b' }],
    ['/v2/a/b/blobs/uploads', { kind: 'uploads', name: 'a/b' }],
    ['/v2/a/b/blobs/uploads/17', { kind: 'upload', name: 'a/b', id: '17' }],
    ['/v2/a/b/referrers/sha256:0a', { kind: 'referrers', name: 'a/b', digest: 'sha256:0a' }],
  ])('parses %s', (path, expected) => {
    expect(parseV2Path(path)).toEqual(expected)
  })

  test.each([
    ['/v2/a/manifests/tags/list', { kind: 'tags', name: 'a/manifests' }],
    ['/v2/tags/list/manifests/x', { kind: 'manifest', name: 'tags/list', reference: 'x' }],
    ['/v2/a/blobs/uploads/b/manifests/x', { name: 'a/blobs/uploads/b', reference: 'x' }],
    ['/v2/a/blobs/blobs/uploads/', { kind: 'uploads', name: 'a/blobs' }],
    ['/v2/manifests/manifests/manifests', { name: 'manifests', reference: 'manifests' }],
  ])('accepts a name that contains the words of the protocol: %s', (path, expected) => {
    expect(parseV2Path(path)).toMatchObject(expected)
  })

  test.each([
    '/v2/app',
    '/v2//manifests/x',
    '/v2/manifests/x',
    '/v2/app/manifests/',
    '/v2/app/manifests/x/y',
    '/v2/app/tags',
    '/v2/app/tags/list/',
    '/v2/app/manifests/%zz',
    '/v1/app/manifests/x',
  ])('returns null for %s', (path) => {
    expect(parseV2Path(path)).toBeNull()
  })
})
