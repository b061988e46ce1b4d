import type { ImageFacts } from './facts.ts'
import type { TakeTurns } from './turns.ts'
import type { Evaluation, Verdict } from './verdict.ts'

type Links = ReadonlyMap<ImageFacts, readonly ImageFacts[]>

interface Family {
  /** The indexes that list an image, as far as the repository has them; and so on. */
  readonly indexesOf: Links
  readonly platformsOf: Links
  readonly subjectsOf: Links
  readonly attachedTo: Links
}

function append(links: Map<ImageFacts, ImageFacts[]>, to: ImageFacts, one: ImageFacts): void {
  const present = links.get(to)
  if (present === undefined) links.set(to, [one])
  else present.push(one)
}

async function familyOf(images: readonly ImageFacts[], takeTurns: TakeTurns): Promise<Family> {
  const byDigest = new Map<string, ImageFacts>()
  for (const image of images) {
    byDigest.set(image.digest, image)
    const turn = takeTurns(4)
    if (turn) await turn
  }
  const indexesOf = new Map<ImageFacts, ImageFacts[]>()
  const platformsOf = new Map<ImageFacts, ImageFacts[]>()
  const subjectsOf = new Map<ImageFacts, ImageFacts[]>()
  const attachedTo = new Map<ImageFacts, ImageFacts[]>()
  for (const image of images) {
    const turn = takeTurns(2)
    if (turn) await turn
    for (const digest of image.listedBy) {
      const index = byDigest.get(digest)
      if (index === undefined) continue
      append(indexesOf, image, index)
      append(platformsOf, index, image)
    }
    for (const digest of image.attachedTo) {
      const subject = byDigest.get(digest)
      if (subject === undefined) continue
      append(subjectsOf, image, subject)
      append(attachedTo, subject, image)
    }
  }
  return { indexesOf, platformsOf, subjectsOf, attachedTo }
}

const none: readonly never[] = []

/** All that these images lead to, with themselves. A set is also visited where it grows. */
async function downFrom(
  family: Family,
  from: Iterable<ImageFacts>,
  takeTurns: TakeTurns,
): Promise<Set<ImageFacts>> {
  const found = new Set(from)
  for (const image of found) {
    const turn = takeTurns(4)
    if (turn) await turn
    for (const platform of family.platformsOf.get(image) ?? none) found.add(platform)
    for (const attached of family.attachedTo.get(image) ?? none) found.add(attached)
  }
  return found
}

/** Whether an image stays for its own sake, by what names it. */
interface OwnVerdicts {
  /** A tag that stays, or the digest where there is no tag. */
  readonly staying: ReadonlyMap<ImageFacts, string>
  readonly removed: ReadonlySet<ImageFacts>
}

async function ownVerdicts(
  verdicts: readonly Verdict[],
  takeTurns: TakeTurns,
): Promise<OwnVerdicts> {
  const staying = new Map<ImageFacts, string>()
  const removed = new Set<ImageFacts>()
  for (const { image, tag, kind } of verdicts) {
    const turn = takeTurns(2)
    if (turn) await turn
    if (kind === 'removed') removed.add(image)
    else if (!staying.has(image)) staying.set(image, tag ?? image.digest)
  }
  for (const image of staying.keys()) removed.delete(image)
  return { staying, removed }
}

/**
 * What stays, and by which tag or digest: what has a tag that stays, and what that needs. Platforms
 * and attachments stay with their image, and the image with an attachment that has a tag of its own.
 */
async function findStaying(
  family: Family,
  { staying: own }: OwnVerdicts,
  candidates: ReadonlySet<ImageFacts>,
  images: readonly ImageFacts[],
  takeTurns: TakeTurns,
): Promise<ReadonlyMap<ImageFacts, string>> {
  // To the subjects, from what stays for its own sake.
  const standing = new Map(own)
  for (const [image, by] of standing) {
    const turn = takeTurns(4)
    if (turn) await turn
    for (const subject of family.subjectsOf.get(image) ?? none) {
      if (!standing.has(subject)) standing.set(subject, by)
    }
  }
  const staying = new Map(standing)
  for (const image of images) {
    const turn = takeTurns(2)
    if (turn) await turn
    if (!candidates.has(image) && !staying.has(image)) staying.set(image, image.digest)
  }
  for (const [image, by] of staying) {
    const turn = takeTurns(8)
    if (turn) await turn
    const below = [family.platformsOf.get(image) ?? none, family.attachedTo.get(image) ?? none]
    for (const other of below.flat()) if (!staying.has(other)) staying.set(other, by)
  }
  return staying
}

/**
 * Follows what hangs together, after each tag was judged by itself. A tag that goes leaves its image
 * alone while another tag, or an index, keeps it; it stays where nothing else would keep an image
 * that has to stay.
 */
export async function followImages(
  images: readonly ImageFacts[],
  verdicts: readonly Verdict[],
  takeTurns: TakeTurns,
): Promise<Evaluation> {
  const family = await familyOf(images, takeTurns)
  const own = await ownVerdicts(verdicts, takeTurns)
  const candidates = await downFrom(family, own.removed, takeTurns)
  const staying = await findStaying(family, own, candidates, images, takeTurns)
  const followed: Verdict[] = []
  for (const verdict of verdicts) {
    followed.push(afterFamily(verdict, family, own, staying))
    const turn = takeTurns(2)
    if (turn) await turn
  }
  const going = new Set<ImageFacts>()
  for (const image of candidates) if (!staying.has(image)) going.add(image)
  return { verdicts: followed, going }
}

function afterFamily(
  verdict: Verdict,
  { indexesOf }: Family,
  own: OwnVerdicts,
  staying: ReadonlyMap<ImageFacts, string>,
): Verdict {
  const { image, kind } = verdict
  const by = staying.get(image)
  if (kind !== 'removed' || by === undefined || own.staying.has(image)) return verdict
  const isListed = (indexesOf.get(image) ?? none).some((index) => staying.has(index))
  if (verdict.tag !== null && isListed) return verdict
  return { ...verdict, kind: 'kept', rule: null, becauseOf: by }
}
