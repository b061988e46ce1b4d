import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseRepositoryName, type RepositoryName } from '#domain/repository-name.ts'
import { parseTagName, type TagName } from '#domain/tag-name.ts'
import { blobFile, layerLink, revisionLink, tagHistoryLink, tagLink } from '#registry/layout.ts'
import { binaryContent } from '#samples/file-content.ts'
import {
  buildImage,
  buildIndex,
  digestOfBytes,
  type BuiltManifest,
  type Layer,
} from '#samples/image-builder.ts'

export interface StoreOptions {
  /** The same seed gives the same store. */
  readonly seed: number
  /** About how many blobs there are. */
  readonly blobs: number
}

/** A small generator of numbers below a bound: mulberry32. */
export function createRandom(seed: number): (bound: number) => number {
  let state = seed >>> 0
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound
  }
}

function parsed<T>(outcome: { ok: true; value: T } | { ok: false }): T {
  if (!outcome.ok) throw new Error('not a name')
  return outcome.value
}

export const repositoryNamed = (name: string): RepositoryName => parsed(parseRepositoryName(name))
export const tagNamed = (name: string): TagName => parsed(parseTagName(name))

/** Bytes that are nobody's layer yet. */
export function makeLayer(seed: number, size = 64): Layer {
  const bytes = binaryContent(seed, size)
  const digest = digestOfBytes(bytes)
  const mediaType = 'application/vnd.oci.image.layer.v1.tar'
  return { bytes, digest, diffID: digest, mediaType, createdBy: `layer ${seed}` }
}

/** Writes files of Distribution's layout into a folder, as a push would leave them. */
export function createStoreWriter(folder: string) {
  const write = async (path: string, bytes: string | Uint8Array): Promise<void> => {
    const file = join(folder, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, bytes)
  }

  /** A pushed image with all under it. Without a link it is as `DELETE` by digest leaves it. */
  async function push(
    repository: RepositoryName,
    image: BuiltManifest,
    { tags = [], isLinked = true }: { tags?: readonly TagName[]; isLinked?: boolean } = {},
  ): Promise<void> {
    const { digest, bytes } = image.manifest
    for (const child of image.children) await push(repository, child)
    for (const blob of image.blobs) {
      await write(blobFile(blob.digest), blob.bytes)
      await write(layerLink(repository, blob.digest), blob.digest)
    }
    await write(blobFile(digest), bytes)
    if (isLinked) await write(revisionLink(repository, digest), digest)
    for (const tag of tags) {
      await write(tagLink(repository, tag), digest)
      await write(tagHistoryLink(repository, tag, digest), digest)
    }
  }

  return { write, push }
}

/**
 * A store as registries become: layers that many share and layers of one image, indexes, tags that
 * moved on, images that were deleted, layers that nothing ever led to.
 */
export async function makeStore(folder: string, { seed, blobs }: StoreOptions): Promise<void> {
  const random = createRandom(seed)
  const { write, push } = createStoreWriter(folder)
  const shared = Array.from({ length: 20 }, (_, number) => makeLayer(seed * 1000 + number))
  let layerSeed = seed * 1_000_000
  let written = 0

  const build = (): BuiltManifest => {
    const own = Array.from({ length: 1 + random(5) }, () => makeLayer((layerSeed += 1)))
    const common = shared.slice(0, random(shared.length))
    written += own.length + 2
    return buildImage({
      layers: [...common, ...own],
      createdAt: new Date(Date.UTC(2026, 0, 1) + layerSeed).toISOString(),
    })
  }

  for (let number = 0; written < blobs; number += 1) {
    const repository = repositoryNamed(`team${random(5)}/app${random(8)}`)
    const image = random(8) === 0 ? buildIndex([build(), build()]) : build()
    const fate = random(10)
    if (fate < 5) await push(repository, image, { tags: [tagNamed(`v${number}`)] })
    // The tag moves to the next image; the one before stays, untagged.
    else if (fate < 7) await push(repository, image, { tags: [tagNamed('latest')] })
    else if (fate < 9) await push(repository, image, { isLinked: false })
    else {
      const orphan = makeLayer((layerSeed += 1))
      written += 1
      await write(blobFile(orphan.digest), orphan.bytes)
    }
  }
}
