import { createDigester } from '#adapters/crypto-web/digester.ts'
import type { FileTree } from '#adapters/filesystem/file-tree.ts'

/** The content of storage, read without any of the registry's own code: paths and JSON. */
export interface HistoryState {
  /** Every file's text, by path; except a collection's caches, which only save time. */
  readonly files: ReadonlyMap<string, string>
  readonly blobs: ReadonlyMap<string, string>
  readonly repositories: ReadonlyMap<string, HistoryRepository>
  readonly trash: ReadonlyMap<string, HistoryEntry>
}

export interface HistoryRepository {
  readonly tags: Map<string, string>
  /** By digest: when it was linked. */
  readonly revisions: Map<string, number>
  readonly layers: Set<string>
  readonly uploads: Set<string>
}

export interface HistoryEntry {
  readonly repository: string
  readonly digest: string
  readonly manifests: readonly { readonly digest: string }[]
  readonly heldUntilMs: number
  readonly state: string
}

interface Listed {
  readonly digest: string
}

interface Contents {
  readonly manifests?: readonly Listed[]
  readonly config?: Listed
  readonly layers?: readonly Listed[]
  readonly subject?: Listed
}

const repositoryPath =
  /^docker\/registry\/v2\/repositories\/(.+?)\/_(layers|manifests|uploads)\/(.+)$/

export async function readState(storage: FileTree): Promise<HistoryState> {
  const files = new Map<string, string>()
  const blobs = new Map<string, string>()
  const repositories = new Map<string, HistoryRepository>()
  const trash = new Map<string, HistoryEntry>()

  function repositoryOf(name: string): HistoryRepository {
    const known = repositories.get(name)
    if (known) return known
    const made = { tags: new Map(), revisions: new Map(), layers: new Set(), uploads: new Set() }
    repositories.set(name, made as HistoryRepository)
    return made as HistoryRepository
  }

  function take(path: string, text: string, modifiedAtMs: number): void {
    files.set(path, text)
    const blob = /\/blobs\/sha256\/..\/([0-9a-f]+)\/data$/.exec(path)
    if (blob) blobs.set(`sha256:${blob[1]}`, text)
    const entry = /^jetsam\/v1\/trash\/(.+)\.json$/.exec(path)
    if (entry?.[1]) trash.set(entry[1], JSON.parse(text) as HistoryEntry)
    const [, name, kind, rest = ''] = repositoryPath.exec(path) ?? []
    if (name === undefined) return
    const { tags, revisions, layers, uploads } = repositoryOf(name)
    const hex = /sha256\/([0-9a-f]{64})\/link$/.exec(rest)?.[1]
    const tag = /^tags\/([^/]+)\/current\/link$/.exec(rest)?.[1]
    if (kind === 'uploads') uploads.add(rest.split('/')[0] ?? '')
    else if (kind === 'layers' && hex) layers.add(`sha256:${hex}`)
    else if (rest.startsWith('revisions/') && hex) revisions.set(`sha256:${hex}`, modifiedAtMs)
    else if (tag) tags.set(tag, text)
  }

  async function walk(folder: string): Promise<void> {
    for (const { name, kind } of await storage.list(folder)) {
      const path = folder === '' ? name : `${folder}/${name}`
      if (path === 'jetsam/v1/manifests') continue
      if (kind === 'folder') await walk(path)
      const file = kind === 'file' ? await storage.open(path) : null
      if (file) take(path, new TextDecoder().decode(await file.bytes()), file.modifiedAtMs)
    }
  }

  await walk('')
  return { files, blobs, repositories, trash }
}

const contentsOf = ({ blobs }: HistoryState, digest: string): Contents => {
  const text = blobs.get(digest)
  return text?.startsWith('{"schemaVersion"') ? (JSON.parse(text) as Contents) : {}
}

const listedBy = (state: HistoryState, digest: string): string[] =>
  (contentsOf(state, digest).manifests ?? []).map((listed) => listed.digest)

/** The linked indexes of a repository that list a manifest. */
export const listersOf = (state: HistoryState, name: string, digest: string): string[] =>
  [...(state.repositories.get(name)?.revisions.keys() ?? [])].filter((other) =>
    listedBy(state, other).includes(digest),
  )

const layersOf = (state: HistoryState, digest: string): string[] => {
  const { config, layers = [] } = contentsOf(state, digest)
  return [...(config ? [config] : []), ...layers].map((listed) => listed.digest)
}

export const isHeld = ({ state, heldUntilMs }: HistoryEntry, nowMs: number): boolean =>
  state === 'deleting' || state === 'restoring' || (state === 'held' && heldUntilMs > nowMs)

export interface Rule {
  readonly nowMs: number
  /** Untagged manifests are collected at this age; null: never. */
  readonly untaggedAgeMs: number | null
}

/** The manifests that a repository must keep: the rules of a collection in a few lines. */
export function keptIn(state: HistoryState, name: string, rule: Rule): ReadonlySet<string> {
  const repository = state.repositories.get(name)
  const kept = new Set<string>(repository?.tags.values())
  for (const [digest, linkedAtMs] of repository?.revisions ?? []) {
    const { nowMs, untaggedAgeMs } = rule
    if (untaggedAgeMs === null || nowMs - linkedAtMs < untaggedAgeMs) kept.add(digest)
  }
  for (const entry of state.trash.values()) {
    if (entry.repository !== name || !isHeld(entry, rule.nowMs)) continue
    for (const { digest } of entry.manifests) kept.add(digest)
  }
  for (let size = -1; size !== kept.size;) {
    size = kept.size
    for (const digest of kept) for (const child of listedBy(state, digest)) kept.add(child)
    for (const digest of repository?.revisions.keys() ?? []) {
      const { subject } = contentsOf(state, digest)
      if (subject && kept.has(subject.digest)) kept.add(digest)
    }
  }
  return kept
}

const namesOf = ({ repositories, trash }: HistoryState): ReadonlySet<string> =>
  new Set([...repositories.keys(), ...[...trash.values()].map(({ repository }) => repository)])

/** Every blob that must exist after a collection; no other may. */
export function liveBlobs(state: HistoryState, rule: Rule): ReadonlySet<string> {
  const live = new Set<string>()
  for (const name of namesOf(state)) {
    for (const digest of keptIn(state, name, rule)) {
      live.add(digest)
      for (const layer of layersOf(state, digest)) live.add(layer)
    }
  }
  return live
}

/** The layer links of a repository that something in it needs. */
export const neededLinks = (state: HistoryState, name: string, rule: Rule): ReadonlySet<string> =>
  new Set([...keptIn(state, name, rule)].flatMap((digest) => layersOf(state, digest)))

/**
 * Everything that is wrong with what can be pulled or restored, in words. Everything linked must be
 * whole, down to the bytes; everything in the trash that is not claimed must have all its bytes.
 */
export function woundsOf(state: HistoryState): string[] {
  const wounds: string[] = []
  for (const [digest, text] of state.blobs) {
    const digester = createDigester('sha256')
    digester.update(new TextEncoder().encode(text))
    if (digester.digest() !== digest) wounds.push(`${digest} has other bytes`)
  }
  for (const [name, { tags, revisions, layers }] of state.repositories) {
    for (const [tag, digest] of tags) {
      if (!revisions.has(digest)) wounds.push(`${name}:${tag} is not linked`)
    }
    for (const digest of revisions.keys()) {
      const where = `${name}@${digest}`
      if (!state.blobs.has(digest)) wounds.push(`${where} has no manifest`)
      for (const child of listedBy(state, digest)) {
        if (!revisions.has(child)) wounds.push(`${where} lists ${child}, which is not linked`)
      }
      for (const layer of layersOf(state, digest)) {
        if (!layers.has(layer)) wounds.push(`${where} has no link to ${layer}`)
        if (!state.blobs.has(layer)) wounds.push(`${where} has no ${layer}`)
      }
    }
  }
  for (const [id, { manifests, state: stage }] of state.trash) {
    if (stage === 'claimed') continue
    const waiting = manifests.map(({ digest }) => digest)
    for (const digest of waiting) {
      waiting.push(...listedBy(state, digest))
      for (const needed of [digest, ...layersOf(state, digest)]) {
        if (!state.blobs.has(needed)) wounds.push(`trash ${id} has no ${needed}`)
      }
    }
  }
  return wounds
}
