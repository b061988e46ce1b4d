import { contentOf, tinyImage, type TinyManifest } from '#testing/builders/tiny-image.ts'
import type { ServerAt } from '../api-client.ts'
import { createBook, type Act, type Book, type Outcome } from './book.ts'
import { call, codesOf, textOf, type Told } from './calls.ts'
import type { Random } from './random.ts'

/** A few images and tags of one repository, at which one client is at a time. */
export interface Family {
  readonly repository: string
  readonly images: readonly TinyManifest[]
  readonly tags: readonly string[]
  readonly book: Book
  /** What was done and seen, for people. */
  readonly history: string[]
  /** Of the clients: one is at it now, or has seen too many acts without an answer. */
  readonly isBusy: { now: boolean; isGivenUp: boolean }
}

export interface Fire {
  /** A server that answers, at present as far as is known. */
  server(random: Random): ServerAt
  /** How often a server has ended or was frozen, or the mode of collections has changed. */
  upheavals(): number
  /** Whether a collection keeps what a push was told of also between its requests. */
  keepsPushes(): boolean
  /** Of everything that was done, and how it was answered. */
  readonly counts: Map<string, number>
  /** Every blob that was stored, by repository. */
  readonly sent: Set<string>
  /** What must never be. */
  readonly faults: string[]
}

export const count = ({ counts }: Pick<Fire, 'counts'>, what: string, more = 1): void =>
  void counts.set(what, (counts.get(what) ?? 0) + more)

/** What was pushed before, and a collection has taken since. */
export const takenAndSent = 'blobs sent again that a collection had taken'

const sharedLayers = 5
const layerBytes = 20_000

/** Images of which each has a layer of its own, one of its family, and one that many share. */
export function makeFamily(repository: string, name: string, random: Random): Family {
  const images = ['x', 'y', 'z'].map((image) =>
    tinyImage({
      layers: [
        `shared ${random.below(sharedLayers)} `.repeat(layerBytes / 10),
        `of ${name}`,
        `of ${name} ${image} `.repeat(layerBytes / 10),
      ],
    }),
  )
  const tags = ['a', 'b', 'c'].map((tag) => `${name}-${tag}`)
  const digests = images.map(({ digest }) => digest)
  const isBusy = { now: false, isGivenUp: false }
  return { repository, images, tags, book: createBook(tags, digests), history: [], isBusy }
}

const note = ({ history }: Family, text: string): void =>
  void history.push(`${new Date().toISOString().slice(11, 23)} ${text}`)

export function fault(fire: Fire, family: Family, text: string): void {
  note(family, `FAULT ${text}`)
  fire.faults.push(`${family.repository}: ${text}\n  ${family.history.slice(-25).join('\n  ')}`)
}

/** What a refusal is that says that nothing was done. */
const isRefusal = ({ status }: Told): boolean => status >= 400 && status < 500

function outcomeOf(fire: Fire, family: Family, act: Act, told: Told | null): Outcome {
  const what = act.kind
  const answer = told === null ? 'no answer' : `${told.status} ${codesOf(told)}`.trim()
  count(fire, `${what}: ${answer}`)
  const why = told !== null && told.status >= 400 ? ` ${textOf(told)}` : ''
  note(family, `${JSON.stringify(act)}: ${answer}${why}`)
  if (told === null || told.status === 503) return 'unknown'
  if (told.status < 300) return 'happened'
  if (!isRefusal(told)) fault(fire, family, `${what} was answered with ${answer}`)
  return isRefusal(told) ? 'refused' : 'unknown'
}

/** Sends what is not there. Null: it was refused, or had no answer, before anything counts. */
async function pushBlobs(
  fire: Fire,
  { repository, history }: Family,
  image: TinyManifest,
  serverOf: () => ServerAt,
): Promise<boolean> {
  const failed = (what: string, told: Told | null): false => {
    count(fire, `push of a blob, ${what}: ${told === null ? 'no answer' : told.status}`)
    if (told !== null && ![405, 503].includes(told.status)) {
      fire.faults.push(
        `${what} in ${repository} was answered with ${told.status} ${textOf(told)}\n${history.slice(-5).join('\n')}`,
      )
    }
    return false
  }
  for (const { digest, bytes } of image.blobs) {
    const wasSent = fire.sent.has(`${repository} ${digest}`)
    const head = await call(serverOf(), 'HEAD', `/v2/${repository}/blobs/${digest}`)
    if (head?.status === 200) continue
    if (head?.status !== 404) return failed('look', head)
    const begun = await call(serverOf(), 'POST', `/v2/${repository}/blobs/uploads/`)
    if (begun?.status !== 202) return failed('begin', begun)
    const place = new URL(begun.headers.get('Location') ?? '', 'http://any')
    place.searchParams.set('digest', digest)
    const sent = await call(serverOf(), 'PUT', `${place.pathname}${place.search}`, { body: bytes })
    if (sent?.status !== 201) return failed('end', sent)
    count(fire, 'blobs sent')
    if (wasSent) count(fire, takenAndSent)
    fire.sent.add(`${repository} ${digest}`)
  }
  return true
}

export interface Way {
  /** What is restored. */
  readonly entry?: string
  /** The server that is asked. Default: any. */
  readonly through?: ServerAt
  /** How long its client waits. */
  readonly withinMs?: number | undefined
}

/** Does something of a family, and resolves to what its client knows of it. */
export async function perform(
  fire: Fire,
  family: Family,
  act: Act,
  random: Random,
  { entry = '', through, withinMs }: Way = {},
): Promise<Outcome> {
  const { repository } = family
  const ifMatch = { 'If-Match': `"${act.digest}"` }
  const server = through ?? fire.server(random)
  const manifests = `/api/v0/repositories/${repository}/manifests`
  switch (act.kind) {
    case 'push': {
      const image = family.images.find(({ digest }) => digest === act.digest)
      if (image === undefined) throw new Error('an image of another family')
      // Half of the clients come to one server, as through a sticky balancer.
      const sticky = through ?? (random.below(2) === 0 ? fire.server(random) : null)
      const serverOf = () => sticky ?? fire.server(random)
      const before = { upheavals: fire.upheavals(), isKept: fire.keepsPushes() }
      if (!(await pushBlobs(fire, family, image, serverOf))) return 'refused'
      const told = await call(serverOf(), 'PUT', `/v2/${repository}/manifests/${act.tag}`, {
        body: image.bytes,
        headers: { 'Content-Type': image.mediaType },
        withinMs,
      })
      const isAsBefore =
        before.upheavals === fire.upheavals() && before.isKept && fire.keepsPushes()
      if (told !== null && codesOf(told).includes('BLOB_UNKNOWN') && isAsBefore) {
        fault(fire, family, `a push of ${act.digest} lost what it was told of: ${textOf(told)}`)
      }
      return outcomeOf(fire, family, act, told)
    }
    case 'delete image': {
      // Any of them means the same image.
      const shows = family.tags.filter((tag) => family.book.tag(tag).has(act.digest))
      const reference = shows.length > 0 && random.below(2) === 0 ? random.of(shows) : act.digest
      const path = `${manifests}/${reference}`
      const told = await call(server, 'DELETE', path, { headers: ifMatch, withinMs })
      return outcomeOf(fire, family, act, told)
    }
    case 'delete tag': {
      const path = `/api/v0/repositories/${repository}/tags/${act.tag}`
      const told = await call(server, 'DELETE', path, { headers: ifMatch, withinMs })
      return outcomeOf(fire, family, act, told)
    }
    case 'restore': {
      const told = await call(server, 'POST', `/api/v0/trash/${entry}/restore`, {
        body: '{}',
        headers: { 'Content-Type': 'application/json' },
      })
      return outcomeOf(fire, family, act, told)
    }
  }
}

interface TrashList {
  readonly entries: readonly {
    readonly id: string
    readonly digest: string
    readonly repository: string
    readonly tags: readonly string[]
  }[]
}

/** What is in the trash of a family. */
export async function inTrash(
  server: ServerAt,
  { repository, images }: Pick<Family, 'repository' | 'images'>,
): Promise<TrashList['entries']> {
  const query = `repository=${encodeURIComponent(repository)}&pageSize=100`
  const told = await call(server, 'GET', `/api/v0/trash?${query}`)
  if (told?.status !== 200) return []
  const own = new Set(images.map(({ digest }) => digest as string))
  return (JSON.parse(textOf(told)) as TrashList).entries.filter(({ digest }) => own.has(digest))
}

/** Reads everything of an image that a server says is there. */
async function readWhole(
  fire: Fire,
  server: ServerAt,
  family: Family,
  image: TinyManifest,
): Promise<void> {
  const { repository } = family
  for (const blob of image.blobs) {
    const told = await call(server, 'GET', `/v2/${repository}/blobs/${blob.digest}`)
    if (told === null || told.status === 503) {
      count(fire, 'pulls that had no answer')
      return
    }
    if (told.status === 200 && contentOf(told.bytes).digest === blob.digest) continue
    // Only a deletion that had no answer may have come in between.
    const again = await call(server, 'GET', `/v2/${repository}/manifests/${image.digest}`)
    const mayBeGone = family.book.image(image.digest).has(false)
    if (again?.status === 404 && mayBeGone) return
    const found = told.status === 200 ? 'has other bytes' : `is answered with ${told.status}`
    fault(fire, family, `${blob.digest} of ${image.digest} ${found}`)
    return
  }
  count(fire, 'whole pulls')
}

/** Reads a reference, and compares it with the book. Resolves to whether there was an answer. */
export async function look(
  fire: Fire,
  server: ServerAt,
  family: Family,
  reference: string,
): Promise<boolean> {
  const { repository, images, book } = family
  const told = await call(server, 'GET', `/v2/${repository}/manifests/${reference}`)
  if (told === null || told.status === 503) {
    count(fire, 'pulls that had no answer')
    return false
  }
  if (told.status !== 200 && told.status !== 404) {
    fault(fire, family, `${reference} was answered with ${told.status} ${textOf(told)}`)
    return true
  }
  const digest = told.status === 200 ? contentOf(told.bytes).digest : null
  note(family, `look at ${reference}: ${digest}`)
  const isTag = family.tags.includes(reference)
  const wrong = isTag ? book.sawTag(reference, digest) : book.sawImage(reference, digest !== null)
  if (wrong !== null) {
    fault(fire, family, `${wrong} (through ${server.origin})`)
    return true
  }
  const image = images.find((one) => one.digest === digest)
  if (image === undefined) count(fire, 'looks at what is not there')
  else await readWhole(fire, server, family, image)
  return true
}
