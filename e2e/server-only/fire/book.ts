/**
 * What clients know of a few images and tags of one repository from the answers that they got, per
 * image and per tag: the tags of one image are deleted together, and an act without an answer may
 * have happened, may happen later, or never.
 */
export type Act =
  | { readonly kind: 'push'; readonly digest: string; readonly tag: string }
  | { readonly kind: 'delete image'; readonly digest: string }
  | { readonly kind: 'delete tag'; readonly digest: string; readonly tag: string }
  | { readonly kind: 'restore'; readonly digest: string; readonly tags: readonly string[] }

export type Outcome = 'happened' | 'refused' | 'unknown'

/** What each tag may show (null: nothing), and whether each image may be there. */
interface Possible {
  readonly tags: Map<string, Set<string | null>>
  readonly images: Map<string, Set<boolean>>
}

export interface Book {
  /** Acts that ran at the same time, and have all ended or were given up. */
  record(ended: readonly { readonly act: Act; readonly outcome: Outcome }[]): void
  /** What a tag may show now. */
  tag(name: string): ReadonlySet<string | null>
  image(digest: string): ReadonlySet<boolean>
  /** Whether it is known of everything how it is. */
  isCertain(): boolean
  /** How many acts had no answer, and may still happen. */
  open(): number
  /** What was read of a tag (null: nothing): why that cannot be; null: it can. */
  sawTag(name: string, digest: string | null): string | null
  sawImage(digest: string, isThere: boolean): string | null
}

const copyOf = ({ tags, images }: Possible): Possible => ({
  tags: new Map([...tags].map(([name, values]) => [name, new Set(values)])),
  images: new Map([...images].map(([digest, values]) => [digest, new Set(values)])),
})

function add<T>(map: Map<string, Set<T>>, key: string, value: T): void {
  map.set(key, new Set([...(map.get(key) ?? []), value]))
}

/** As after an act that certainly happened now. */
function after(before: Possible, act: Act): Possible {
  const next = copyOf(before)
  const { tags, images } = next
  switch (act.kind) {
    case 'push':
      tags.set(act.tag, new Set([act.digest]))
      images.set(act.digest, new Set([true]))
      break
    case 'restore':
      for (const tag of act.tags) tags.set(tag, new Set([act.digest]))
      images.set(act.digest, new Set([true]))
      break
    case 'delete image':
      for (const [tag, values] of tags) {
        if (values.delete(act.digest)) add(tags, tag, null)
      }
      images.set(act.digest, new Set([false]))
      break
    case 'delete tag': {
      tags.set(act.tag, new Set([null]))
      const others = [...tags.values()].filter((values) => values.has(act.digest))
      // With its last tag an image goes to the trash.
      if (others.length === 0) images.set(act.digest, new Set([false]))
      else if (others.every((values) => values.size > 1)) add(images, act.digest, false)
      break
    }
  }
  return next
}

/** As if an act, or a part of it, happened at any time, or never. */
function widen(possible: Possible, act: Act): void {
  const { tags, images } = possible
  switch (act.kind) {
    case 'push':
      add(tags, act.tag, act.digest)
      add(images, act.digest, true)
      break
    case 'restore':
      for (const tag of act.tags) add(tags, tag, act.digest)
      add(images, act.digest, true)
      break
    case 'delete image':
      for (const [tag, values] of tags) if (values.has(act.digest)) add(tags, tag, null)
      add(images, act.digest, false)
      break
    case 'delete tag':
      if (tags.get(act.tag)?.has(act.digest)) {
        add(tags, act.tag, null)
        add(images, act.digest, false)
      }
      break
  }
}

function ordersOf<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length < 2) return [items]
  return items.flatMap((first, at) =>
    ordersOf(items.filter((_, other) => other !== at)).map((rest) => [first, ...rest]),
  )
}

function union(all: readonly Possible[]): Possible {
  const whole: Possible = { tags: new Map(), images: new Map() }
  for (const { tags, images } of all) {
    for (const [tag, values] of tags) for (const value of values) add(whole.tags, tag, value)
    for (const [digest, values] of images) {
      for (const value of values) add(whole.images, digest, value)
    }
  }
  return whole
}

const shown = (values: ReadonlySet<unknown>): string => [...values].map(String).join(' or ')

export function createBook(tags: readonly string[], digests: readonly string[]): Book {
  let certain: Possible = {
    tags: new Map(tags.map((tag) => [tag, new Set([null])])),
    images: new Map(digests.map((digest) => [digest, new Set([false])])),
  }
  const open: Act[] = []

  function possible(): Possible {
    const wide = copyOf(certain)
    // Each may follow any other.
    for (let round = 0; round < open.length; round += 1) for (const act of open) widen(wide, act)
    return wide
  }

  const tagIn = ({ tags: values }: Possible, name: string) => values.get(name) ?? new Set([null])
  const imageIn = ({ images }: Possible, digest: string) => images.get(digest) ?? new Set([false])

  return {
    record(ended) {
      // What had no answer may have come before those that had one, or may come yet.
      const before = union([
        certain,
        ...ended.flatMap(({ act, outcome }) =>
          outcome === 'unknown' ? [after(certain, act)] : [],
        ),
      ])
      const done = ended.flatMap(({ act, outcome }) => (outcome === 'happened' ? [act] : []))
      certain = union(ordersOf(done).map((order) => order.reduce(after, before)))
      open.push(...ended.flatMap(({ act, outcome }) => (outcome === 'unknown' ? [act] : [])))
    },
    tag: (name) => tagIn(possible(), name),
    image: (digest) => imageIn(possible(), digest),
    isCertain() {
      const { tags: values, images } = possible()
      return [...values.values(), ...images.values()].every(({ size }) => size === 1)
    },
    open: () => open.length,
    sawTag(name, digest) {
      const expected = tagIn(possible(), name)
      if (!expected.has(digest)) {
        return `the tag ${name} shows ${digest}, and must show ${shown(expected)}`
      }
      if (open.length > 0) return null
      certain.tags.set(name, new Set([digest]))
      if (digest !== null) certain.images.set(digest, new Set([true]))
      return null
    },
    sawImage(digest, isThere) {
      const expected = imageIn(possible(), digest)
      if (!expected.has(isThere)) {
        return `${digest} is ${isThere ? '' : 'not '}there, and must ${isThere ? 'not ' : ''}be`
      }
      if (open.length === 0) certain.images.set(digest, new Set([isThere]))
      return null
    },
  }
}
