import type { TagContents } from '#gc/ports/registry-reader.ts'
import type { Digest, DigestAlgorithm } from '#domain/values/digest.ts'
import { inSlices } from '#domain/values/in-slices.ts'
import { parseTagName, type TagName } from '#domain/values/tag-name.ts'
import { tagCurrentFolder, tagFolder, tagHistoryFolder, tagLink, tagsFolder } from '../layout.ts'
import { readLinksSurely } from './read-link.ts'
import { digestsIn, itemsAtOnce, scan, type Found, type Reading } from './repository-reading.ts'
import { noFolder } from './scan-folders.ts'

/** The tags of a repository, with what each remembers. */
export async function readTags(
  reading: Reading,
  all: Found,
  algorithms: ReadonlySet<DigestAlgorithm>,
): Promise<TagContents[]> {
  const { name, fault } = reading
  const found = all.get(tagsFolder(name))
  const names: TagName[] = []
  if (!found) return []
  for (const text of found.folders) {
    const parsed = parseTagName(text)
    if (parsed.ok) names.push(parsed.value)
    else fault(`its tags have a stray folder: ${text}`, 'nothing')
  }
  for (const text of found.others) {
    fault(`tag ${text}: it is a symbolic link, which is not followed`, 'manifests')
  }
  for (const text of found.files) fault(`its tags have a stray file: ${text}`, 'nothing')
  for (const text of found.unusable) fault(`its tags have a stray other: ${text}`, 'nothing')
  const tags: TagContents[] = []
  for (const slice of inSlices(names, itemsAtOnce)) {
    for (const tag of await readTagsNamed(reading, slice, algorithms)) tags.push(tag)
  }
  return tags
}

/** The same for these names, few enough for one call. */
export async function readTagsNamed(
  reading: Reading,
  tags: readonly TagName[],
  algorithms: ReadonlySet<DigestAlgorithm>,
): Promise<TagContents[]> {
  const { name, fault } = reading
  const links = await readLinksSurely(
    reading,
    tags.map((tag) => ({ folder: tagCurrentFolder(name, tag), key: tagLink(name, tag) })),
  )
  const remembered = await readHistories(reading, tags, algorithms)
  const unlinked = tags.filter((_, position) => links[position]?.kind === 'absent')
  const strange = new Set(await strangeTags(reading, unlinked))
  return tags.flatMap((tag, position): TagContents[] => {
    const link = links[position]
    if (link?.kind === 'broken') fault(`tag ${tag}: ${link.reason}`, 'manifests')
    // Without a link it is no tag: an interrupted deletion left its history.
    if (link?.kind === 'absent' && !strange.has(tag)) return []
    const digest = link?.kind === 'link' ? link.digest : null
    const history = remembered[position] ?? []
    return [{ name: tag, digest, history: history.filter((other) => other !== digest) }]
  })
}

/** The digests that each tag remembers, in the order of the tags. */
async function readHistories(
  reading: Reading,
  tags: readonly TagName[],
  algorithms: ReadonlySet<DigestAlgorithm>,
): Promise<readonly (readonly Digest[])[]> {
  const remembered: Digest[][] = tags.map(() => [])
  for (const algorithm of algorithms) {
    const folders = tags.map((tag) => tagHistoryFolder(reading.name, tag, algorithm))
    const scanned = await scan(
      reading,
      folders.map((folder) => ({ folder, hides: 'nothing' })),
    )
    for (const [position, folder] of folders.entries()) {
      const found = digestsIn(reading, scanned[position], folder, algorithm)
      for (const { digest } of found) remembered[position]?.push(digest)
    }
  }
  return remembered
}

/** The tags among those without a link where something else stands for it. */
async function strangeTags(
  reading: Reading,
  tags: readonly TagName[],
): Promise<readonly TagName[]> {
  const scanned = await scan(
    reading,
    tags.map((tag) => ({ folder: tagFolder(reading.name, tag), hides: 'manifests' })),
  )
  return tags.filter((tag, position) => {
    const found = scanned[position]
    const [other] = found?.others ?? []
    const hasFile = found?.files.includes('current') ?? false
    if (other === undefined && !hasFile) return false
    const [name, kind] =
      other === undefined ? ['current', 'file' as const] : [other, 'other' as const]
    reading.fault(`tag ${tag}: its ${name} ${noFolder[kind]}`, 'manifests')
    return true
  })
}
