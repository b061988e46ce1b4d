import { setTimeout as sleep } from 'node:timers/promises'
import type { Act } from './book.ts'
import {
  count,
  fault,
  inTrash,
  look,
  makeFamily,
  perform,
  type Family,
  type Fire,
  type Way,
} from './clients.ts'
import type { Random } from './random.ts'

interface Plan extends Way {
  readonly act: Act
}

type Kind = Act['kind']

const kinds: readonly Kind[] = [
  ...(['push', 'push', 'push', 'push'] as const),
  ...(['delete image', 'delete image'] as const),
  'delete tag',
  ...(['restore', 'restore'] as const),
]

/** Something that makes sense now; null: nothing of this kind does. */
async function planOf(
  fire: Fire,
  { images, tags, book, ...family }: Family,
  kind: Kind,
  random: Random,
): Promise<Plan | null> {
  const image = random.of(images)
  switch (kind) {
    case 'push':
      return { act: { kind, digest: image.digest, tag: random.of(tags) } }
    case 'delete image': {
      const there = images.filter(({ digest }) => book.image(digest).has(true))
      return there.length === 0 ? null : { act: { kind, digest: random.of(there).digest } }
    }
    case 'delete tag': {
      const shown = tags.flatMap((tag) =>
        [...book.tag(tag)].flatMap((digest) => (digest === null ? [] : [{ tag, digest }])),
      )
      return shown.length === 0 ? null : { act: { kind, ...random.of(shown) } }
    }
    case 'restore': {
      const entries = await inTrash(fire.server(random), { images, ...family })
      if (entries.length === 0) return null
      const { id, digest, tags: restored } = random.of(entries)
      return { act: { kind, digest, tags: restored }, entry: id }
    }
  }
}

/** As many acts without an answer as a family can have: then little can be said of it. */
const mostOpen = 2

async function doAtOnce(
  fire: Fire,
  family: Family,
  plans: readonly Plan[],
  random: Random,
): Promise<void> {
  const wasCertain = family.book.isCertain() && plans.length === 1
  const ended = await Promise.all(
    plans.map(async ({ act, ...way }) => ({
      act,
      outcome: await perform(fire, family, act, random.fork(), way),
    })),
  )
  family.book.record(ended)
  for (const { act, outcome } of ended) {
    const isDeletion = act.kind === 'delete image' || act.kind === 'delete tag'
    if (wasCertain && isDeletion && outcome === 'refused') {
      const [last] = family.history.slice(-1)
      if (last?.includes(': 404')) fault(fire, family, 'what is there was not found')
    }
    // Clients that had no answer try again.
    const isLost = outcome === 'unknown' && act.kind === 'push'
    if (isLost && family.book.open() <= mostOpen && random.below(2) === 0) {
      const again = await perform(fire, family, act, random)
      family.book.record([{ act, outcome: again }])
      count(fire, 'pushes tried again')
    }
  }
}

async function actOnce(fire: Fire, family: Family, random: Random): Promise<void> {
  const { tags, images, book } = family
  const references = [...tags, ...images.map(({ digest }) => digest)]
  if (book.open() > mostOpen || random.below(3) === 0) {
    await look(fire, fire.server(random), family, random.of(references))
    return
  }
  const isPair = random.below(8) === 0
  const plans: Plan[] = []
  for (let at = 0; at < (isPair ? 2 : 1); at += 1) {
    const plan = await planOf(fire, family, random.of(kinds), random)
    if (plan !== null) plans.push(plan)
  }
  if (plans.length === 2) count(fire, 'two acts at once')
  await doAtOnce(fire, family, plans, random)
  // What had an answer is true through each server, at once.
  for (const { act } of plans) {
    const named = 'tag' in act ? act.tag : act.digest
    await look(fire, fire.server(random), family, named)
  }
}

/** What clients do until it is over; each client is at one family at a time. */
export async function actAtRandom(
  fire: Fire,
  families: Family[],
  random: Random,
  isOver: () => boolean,
): Promise<void> {
  while (!isOver()) {
    const family = random.of(families.filter(({ isBusy }) => !isBusy.now))
    family.isBusy.now = true
    try {
      await actOnce(fire, family, random)
      if (family.book.open() > mostOpen && !family.isBusy.isGivenUp) {
        family.isBusy.isGivenUp = true
        count(fire, 'families given up')
        families.push(makeFamily(family.repository, `n${families.length}`, random))
      }
    } finally {
      family.isBusy.now = false
    }
    await sleep(random.below(300))
  }
}
