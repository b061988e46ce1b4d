/** What a path below `/v2` asks for. Names, references, digests and ids are not yet checked. */
export type V2Path =
  | { readonly kind: 'base' }
  | { readonly kind: 'token' }
  | { readonly kind: 'catalog' }
  | { readonly kind: 'tags'; readonly name: string }
  | { readonly kind: 'manifest'; readonly name: string; readonly reference: string }
  | { readonly kind: 'blob'; readonly name: string; readonly digest: string }
  | { readonly kind: 'uploads'; readonly name: string }
  | { readonly kind: 'upload'; readonly name: string; readonly id: string }
  | { readonly kind: 'referrers'; readonly name: string; readonly digest: string }

type NamedPath = (name: string, rest: string) => V2Path

/**
 * `<name>` has slashes and may contain any of these words itself: so each is matched from the
 * right.
 */
const namedPaths: readonly (readonly [RegExp, NamedPath])[] = [
  [/^(.+)\/tags\/(list)$/, (name) => ({ kind: 'tags', name })],
  [/^(.+)\/blobs\/(uploads)\/?$/, (name) => ({ kind: 'uploads', name })],
  [/^(.+)\/blobs\/uploads\/([^/]+)$/, (name, id) => ({ kind: 'upload', name, id })],
  [/^(.+)\/blobs\/([^/]+)$/, (name, digest) => ({ kind: 'blob', name, digest })],
  [/^(.+)\/manifests\/([^/]+)$/, (name, reference) => ({ kind: 'manifest', name, reference })],
  [/^(.+)\/referrers\/([^/]+)$/, (name, digest) => ({ kind: 'referrers', name, digest })],
]

/**
 * Parses a request's path; null if there is nothing. Unescapes it once and as a whole: the grammars
 * of names and digests check the same text, so an escape hides nothing.
 */
export function parseV2Path(pathname: string): V2Path | null {
  const path = unescaped(pathname)
  if (path === '/v2' || path === '/v2/') return { kind: 'base' }
  if (!path?.startsWith('/v2/')) return null
  const below = path.slice('/v2/'.length)
  if (below === 'token') return { kind: 'token' }
  if (below === '_catalog') return { kind: 'catalog' }
  for (const [pattern, make] of namedPaths) {
    const match = pattern.exec(below)
    if (match?.[1] !== undefined && match[2] !== undefined) return make(match[1], match[2])
  }
  return null
}

function unescaped(pathname: string): string | null {
  try {
    return decodeURIComponent(pathname)
  } catch {
    return null
  }
}

/** Paths for `Location` and `Link`: absolute paths without a host, as the spec allows. */
export const locationOf = {
  blob: (name: string, digest: string) => `/v2/${name}/blobs/${digest}`,
  manifest: (name: string, digest: string) => `/v2/${name}/manifests/${digest}`,
  upload: (name: string, id: string) => `/v2/${name}/blobs/uploads/${id}`,
  tags: (name: string) => `/v2/${name}/tags/list`,
  catalog: '/v2/_catalog',
  token: '/v2/token',
} as const
