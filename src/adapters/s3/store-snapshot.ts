import { createHash } from 'node:crypto'
import { compareKeys } from '#storage/key-order.ts'
import type {
  GetOutcome,
  HeadOutcome,
  Listed,
  ListOptions,
  ObjectReader,
  Prefix,
} from '#storage/object-store.ts'
import { listAll } from '#storage/single-object.ts'
import type { ObjectSnapshot } from '#storage/object-snapshot.ts'
import type { Bucket } from './bucket.ts'
import { listAllObjects } from './list-all.ts'
import { keysInPage, type FoundObject } from './list-pages.ts'
import { inOneOrder } from './listed-keys.ts'

/** What a look reads as a whole. */
const areas = ['docker/registry/v2/blobs/', 'docker/registry/v2/repositories/'] as const
type Area = (typeof areas)[number]

const areaOf = (key: string): Area | null => areas.find((area) => key.startsWith(area)) ?? null

/** The link of a tag: where the tag points. */
const tagLink = /^(.*\/_manifests\/tags\/[^/]+\/)current\/link$/

/** The number of objects before the first that is greater than a text, or equal to it. */
function countBefore(objects: readonly FoundObject[], text: string): number {
  let [low, high] = [0, objects.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (compareKeys(objects[middle]?.key ?? '', text) < 0) low = middle + 1
    else high = middle
  }
  return low
}

/** Greater than everything below a prefix. */
const afterAll = (prefix: string): string => `${prefix.slice(0, -1)}0`

/** What a page of one level holds. */
function* levelPages(
  objects: readonly FoundObject[],
  prefix: string,
  { delimiter, after }: ListOptions,
): Generator<readonly Listed[]> {
  const end = countBefore(objects, afterAll(prefix))
  let [keys, prefixes]: [FoundObject[], string[]] = [[], []]
  for (let at = countBefore(objects, prefix); at < end;) {
    const object = objects[at]
    if (object === undefined) break
    const slash = delimiter === undefined ? -1 : object.key.indexOf('/', prefix.length)
    if (slash === -1) {
      keys.push(object)
      at += 1
    } else {
      const below = object.key.slice(0, slash + 1)
      prefixes.push(below)
      at = countBefore(objects, afterAll(below))
    }
    if (keys.length + prefixes.length < keysInPage) continue
    yield inOneOrder(keys, prefixes, after)
    ;[keys, prefixes] = [[], []]
  }
  yield inOneOrder(keys, prefixes, after)
}

/**
 * Reads a store as an inventory does, by one list of all blobs and one of all repositories, each at
 * its first question: a request tells of a thousand objects. Where tags point is told by the lists
 * too: the mark of a link is the MD5 of its text, and a tag's history lists the digests that the
 * text can be. Only what the lists cannot tell is read.
 *
 * @param live reads everything else, and what is there now
 */
export function createStoreSnapshot(bucket: Bucket, live: ObjectReader): ObjectSnapshot {
  const loading = new Map<Area, Promise<readonly FoundObject[]>>()
  /** What is above the areas, level by level: each area is asked for from the top. */
  const above = new Map<string, Promise<readonly Listed[]>>()

  function objectsOf(area: Area): Promise<readonly FoundObject[]> {
    const started = loading.get(area) ?? listAllObjects(bucket, area)
    loading.set(area, started)
    // A list that failed may be asked for again.
    started.catch(() => loading.get(area) === started && loading.delete(area))
    return started
  }

  function levelAbove(prefix: Prefix): Promise<readonly Listed[]> {
    const started = above.get(prefix) ?? listAll(live, prefix, { delimiter: '/' })
    above.set(prefix, started)
    started.catch(() => above.get(prefix) === started && above.delete(prefix))
    return started
  }

  async function find(key: string): Promise<FoundObject | null> {
    const area = areaOf(key)
    if (area === null) return null
    const objects = await objectsOf(area)
    const object = objects[countBefore(objects, key)]
    return object?.key === key ? object : null
  }

  /** The digests that a tag's history lists. */
  async function remembered(tagFolder: string): Promise<readonly string[]> {
    const objects = await objectsOf('docker/registry/v2/repositories/')
    const prefix = `${tagFolder}index/`
    const end = countBefore(objects, afterAll(prefix))
    return objects.slice(countBefore(objects, prefix), end).flatMap(({ key }) => {
      const [algorithm, hex, name] = key.slice(prefix.length).split('/')
      return name === 'link' ? [`${algorithm}:${hex}`] : []
    })
  }

  /** The bytes of a tag's link, if the list tells them. */
  async function linkByMark(key: string, tagFolder: string): Promise<GetOutcome | null> {
    const link = await find(key)
    if (link === null) return { kind: 'absent' }
    const { sizeBytes, modifiedAtMs, etag } = link
    for (const digest of await remembered(tagFolder)) {
      if (digest.length !== sizeBytes) continue
      if (createHash('md5').update(digest).digest('hex') !== etag) continue
      return { kind: 'found', bytes: new TextEncoder().encode(digest), sizeBytes, modifiedAtMs }
    }
    return null
  }

  const reader: ObjectReader = {
    get: (...call) => live.get(...call),

    async getMany(keys, options) {
      const outcomes: (GetOutcome | null)[] = []
      for (const key of keys) {
        const [, tagFolder] = tagLink.exec(key) ?? []
        const isOfSnapshot = tagFolder !== undefined && areaOf(key) !== null
        outcomes.push(isOfSnapshot ? await linkByMark(key, tagFolder) : null)
      }
      const unknown = keys.filter((_, position) => outcomes[position] === null)
      const read = unknown.length > 0 ? await live.getMany(unknown, options) : []
      let at = -1
      return outcomes.map((outcome) => {
        if (outcome !== null) return outcome
        at += 1
        return read[at] ?? { kind: 'failed', code: 'FAILED', reason: 'nothing was answered' }
      })
    },

    async headMany(keys) {
      if (keys.some((key) => areaOf(key) === null)) return await live.headMany(keys)
      const outcomes: HeadOutcome[] = []
      for (const key of keys) {
        const object = await find(key)
        if (object === null) outcomes.push({ kind: 'absent' })
        else {
          const { sizeBytes, modifiedAtMs } = object
          outcomes.push({ kind: 'found', sizeBytes, modifiedAtMs })
        }
      }
      return outcomes
    },

    async *list(prefix, options = {}) {
      const area = areaOf(prefix)
      const { delimiter, after } = options
      const isAbove = areas.some((one) => one.startsWith(prefix))
      if (area === null && isAbove && delimiter && after === undefined) {
        yield await levelAbove(prefix)
      } else if (area === null) yield* live.list(prefix, options)
      else {
        for (const page of levelPages(await objectsOf(area), prefix, options)) {
          if (page.length > 0) yield page
        }
      }
    },
  }
  return {
    reader,
    forget() {
      loading.clear()
      above.clear()
    },
  }
}
