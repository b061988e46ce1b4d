import type { Digest } from '#domain/values/digest.ts'
import { errorOfKey, type GetOutcome } from '#storage/object-store.ts'
import { missingOutcome } from '#storage/single-object.ts'
import { digestOfLink, readLinks } from '../tags/link.ts'
import { isEmpty, scanFolders, type ScannedFolder, type StoreReads } from './scan-folders.ts'

export type LinkReading =
  | { readonly kind: 'absent' }
  | { readonly kind: 'link'; readonly digest: Digest }
  | { readonly kind: 'broken'; readonly reason: string }

export interface PlaceOfLink {
  readonly folder: string
  readonly key: string
  /** Whether the caller has just looked for it, and found none: that was the first look. */
  readonly wasLookedFor?: boolean
}

/** How often a link is read while another client writes or removes it. */
const looksAtLink = 3

const absent: LinkReading = { kind: 'absent' }
const broken = (reason: string): LinkReading => ({ kind: 'broken', reason })
const denied = broken('its link may not be read')

/** What a read tells of a link; null: nothing yet. Throws the error of a read that failed. */
function readingOf(outcome: GetOutcome, key: string): LinkReading | null {
  switch (outcome.kind) {
    case 'found':
    case 'too large': {
      const digest = digestOfLink(outcome)
      return digest ? { kind: 'link', digest } : broken('its link is empty or no digest')
    }
    case 'failed':
      if (outcome.code === 'DENIED') return denied
      throw errorOfKey(outcome, key)
    case 'hidden':
      return outcome.obstacle === 'no permission' ? denied : null
    case 'absent':
      return null
  }
}

/** What the folder of a link that was not found tells; null: it may have been written just now. */
function readingWithout(folder: ScannedFolder): LinkReading | null {
  if (folder.hiddenBy?.obstacle === 'no permission') return denied
  if (isEmpty(folder)) return absent
  // A symbolic link is never opened, and is no reason to remove what it stands for.
  const isOnlyFiles = folder.folders.length + folder.others.length + folder.unusable.length
  return isOnlyFiles === 0 ? null : broken('its link is no file')
}

/**
 * Reads links for a collection: their digests, or why these are unknown. As many readings as
 * places, in their order.
 */
export async function readLinksSurely(
  { objects, scanner }: StoreReads,
  places: readonly PlaceOfLink[],
): Promise<readonly LinkReading[]> {
  const readings = new Map<PlaceOfLink, LinkReading>()
  let unsure = places
  for (let look = 0; look < looksAtLink && unsure.length > 0; look += 1) {
    const toRead = unsure.filter(({ wasLookedFor }) => look > 0 || wasLookedFor !== true)
    const outcomes = await readLinks(
      objects,
      toRead.map(({ key }) => key),
    )
    for (const [position, place] of toRead.entries()) {
      const reading = readingOf(outcomes[position] ?? missingOutcome(place.key), place.key)
      if (reading) readings.set(place, reading)
    }
    const notFound = unsure.filter((place) => !readings.has(place))
    const folders = await scanFolders(scanner, notFound)
    for (const [position, place] of notFound.entries()) {
      const folder = folders[position]
      const reading = folder ? readingWithout(folder) : null
      if (reading) readings.set(place, reading)
    }
    unsure = notFound.filter((place) => !readings.has(place))
  }
  return places.map((place) => readings.get(place) ?? broken('it has a file, and no link'))
}
