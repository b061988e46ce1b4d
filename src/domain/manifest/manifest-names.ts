import {
  isWrittenObject,
  parseAllMembers,
  type Written,
  type WrittenObject,
} from './json-members.ts'
import type { Fields } from '../values/json-fields.ts'

/*
 * Readers disagree about names. JavaScript and most others know a member by its exact name; Go's
 * encoding/json, which nearly all clients use, accepts any case, and uses the last of several.
 */

/** A kind of object whose members have names that readers know. */
interface Known {
  /**
   * By name, the kind of its value, or of the values in its list; null for a value without known
   * names.
   */
  readonly names: ReadonlyMap<string, Known | null>
  /** The names by their folded forms. */
  readonly folded: ReadonlyMap<string, string>
}

/**
 * Folds as Go's encoding/json does: ASCII letters, and the two other characters that fold to one of
 * them.
 */
const fold = (name: string): string => name.toLowerCase().replaceAll('\u017F', 's')

function known(names: Readonly<Record<string, Known | null>>): Known {
  return {
    names: new Map(Object.entries(names)),
    folded: new Map(Object.keys(names).map((name) => [fold(name), name])),
  }
}

const nothing = (...names: readonly string[]): Record<string, null> =>
  Object.fromEntries(names.map((name) => [name, null]))

const platform = known(nothing('architecture', 'os', 'os.version', 'os.features', 'variant'))
const descriptor = known({
  ...nothing('mediaType', 'digest', 'size', 'urls', 'annotations', 'data', 'artifactType'),
  platform,
})
const oldLayer = known(nothing('blobSum'))
const manifest = known({
  ...nothing('schemaVersion', 'mediaType', 'artifactType', 'annotations'),
  config: descriptor,
  layers: descriptor,
  blobs: descriptor,
  manifests: descriptor,
  subject: descriptor,
  fsLayers: oldLayer,
})

/** Every name that a manifest's own objects have. */
export const manifestNames: ReadonlySet<string> = new Set(
  [manifest, descriptor, oldLayer, platform].flatMap(({ names }) => [...names.keys()]),
)

const foldedWords = (name: string, meant: string): string =>
  `${JSON.stringify(name)} is "${meant}" to some clients, not to others`

/** A member of a parsed manifest that only some readers know, because of its name's case. */
export function foldedNameIn(value: unknown, kind: Known = manifest): string | null {
  if (typeof value !== 'object' || value === null) return null
  if (Array.isArray(value)) return firstOf(value, (item) => foldedNameIn(item, kind))
  const object = value as Fields
  return firstOf(Object.keys(object), (name) => {
    const innerKind = kind.names.get(name)
    if (innerKind) return foldedNameIn(object[name], innerKind)
    const meant = innerKind === undefined ? kind.folded.get(fold(name)) : undefined
    return meant === undefined ? null : foldedWords(name, meant)
  })
}

/** What makes other readers find another manifest in this one, as written; null if nothing does. */
export function ambiguityIn(value: Written, kind: Known = manifest): string | null {
  if (typeof value !== 'object' || value === null) return null
  if (!isWrittenObject(value)) return firstOf(value, (item) => ambiguityIn(item, kind))
  const seen = new Set<string>()
  return firstOf(value.members, ([name, inner]) => {
    const meant = kind.folded.get(fold(name))
    if (meant === undefined) return null
    if (name !== meant)
      return `${JSON.stringify(name)} is "${meant}" to some clients, not to others`
    if (seen.has(name)) return `"${name}" is there more than once`
    seen.add(name)
    const innerKind = kind.names.get(name)
    return innerKind ? ambiguityIn(inner, innerKind) : null
  })
}

function firstOf<T>(items: readonly T[], find: (item: T) => string | null): string | null {
  for (const item of items) {
    const found = find(item)
    if (found !== null) return found
  }
  return null
}

/** The union of all readings of a manifest, in a form that every reader parses alike. */
export interface AllReadings {
  readonly fields: Fields
  /** Descriptors of subjects that another reading than the last one has. */
  readonly otherSubjects: readonly Fields[]
}

/** The most descriptors made from one: two digests and two media types make four. */
const maximumVariants = 16

/**
 * Collects everything that any reader could find in a manifest: for each known name, in any case
 * and any number of times, every value under it. Null if that is too much.
 */
export function allReadingsOf(json: string): AllReadings | null {
  const written = parseAllMembers(json)
  if (!isWrittenObject(written)) return null
  const said = saidIn(written, manifest)
  const listed = new Map(
    ['layers', 'blobs', 'manifests', 'fsLayers', 'config', 'subject'].map((name) => [
      name,
      saidUnder(said, name),
    ]),
  )
  if ([...listed.values()].includes(null)) return null
  const list = (name: string): readonly Fields[] => listed.get(name) ?? []
  const lists = ['layers', 'blobs', 'manifests', 'fsLayers'].filter((name) => said.has(name))
  const fields: Record<string, unknown> = {
    mediaType: lastText(said, 'mediaType'),
    artifactType: lastText(said, 'artifactType'),
    annotations: annotationsIn(said),
    ...Object.fromEntries(lists.map((name) => [name, list(name)])),
  }
  const configs = list('config')
  if (configs.length > 0) fields.config = configs.at(-1)
  if (configs.length > 1) fields.layers = [...list('layers'), ...configs.slice(0, -1)]
  const subjects = list('subject')
  if (subjects.length > 0) fields.subject = subjects.at(-1)
  return { fields, otherSubjects: subjects.slice(0, -1) }
}

type Said = ReadonlyMap<string, readonly Written[]>

function saidIn({ members }: WrittenObject, kind: Known): Said {
  const said = new Map<string, Written[]>()
  for (const [name, value] of members) {
    const meant = kind.folded.get(fold(name))
    if (meant === undefined) continue
    const values = said.get(meant)
    if (values) values.push(value)
    else said.set(meant, [value])
  }
  return said
}

const textsOf = (said: Said, name: string): readonly string[] => [
  ...new Set((said.get(name) ?? []).filter((value) => typeof value === 'string')),
]

const lastText = (said: Said, name: string): string | undefined => textsOf(said, name).at(-1)

const annotationsIn = (said: Said): Fields =>
  Object.fromEntries(
    (said.get('annotations') ?? [])
      .filter(isWrittenObject)
      .flatMap(({ members }) => members.map(([name, value]) => [name, value] as const)),
  )

/** Every descriptor under a name, one or a list. */
function saidUnder(said: Said, name: string): readonly Fields[] | null {
  const found: Fields[] = []
  for (const value of (said.get(name) ?? []).flat()) {
    if (value === null) continue
    if (typeof value !== 'object' || !isWrittenObject(value)) return null
    const variants = name === 'fsLayers' ? oldLayersOf(value) : descriptorsOf(value)
    if (variants === null) return null
    for (const variant of variants) found.push(variant)
  }
  return found
}

const oldLayersOf = (written: WrittenObject): readonly Fields[] =>
  textsOf(saidIn(written, oldLayer), 'blobSum').map((blobSum) => ({ blobSum }))

/** The meanings of one descriptor: several if it has several digests or media types. */
function descriptorsOf(written: WrittenObject): readonly Fields[] | null {
  if (ambiguityIn(written, descriptor) === null) return [plainOf(written) as Fields]
  const said = saidIn(written, descriptor)
  const digests = textsOf(said, 'digest')
  const mediaTypes = textsOf(said, 'mediaType')
  if (digests.length === 0 || digests.length * mediaTypes.length > maximumVariants) return null
  const [platforms] = (said.get('platform') ?? []).filter(isWrittenObject).slice(-1)
  const fields = {
    size: (said.get('size') ?? []).at(-1),
    artifactType: lastText(said, 'artifactType'),
    annotations: annotationsIn(said),
    platform: platforms && platformOf(saidIn(platforms, platform)),
  }
  return digests.flatMap((digest) =>
    (mediaTypes.length === 0 ? [undefined] : mediaTypes).map((mediaType) => ({
      ...fields,
      digest,
      mediaType,
    })),
  )
}

/** A value as JavaScript parses it. */
function plainOf(value: Written): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (!isWrittenObject(value)) return value.map(plainOf)
  return Object.fromEntries(value.members.map(([name, inner]) => [name, plainOf(inner)]))
}

const platformOf = (said: Said): Fields =>
  Object.fromEntries([...platform.names.keys()].map((name) => [name, said.get(name)?.at(-1)]))
