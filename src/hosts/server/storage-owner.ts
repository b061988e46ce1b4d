import type { OwnerMirror } from '#adapters/postgres/storage-owner.ts'
import { ownerFile } from '#registry/layout.ts'
import type { ObjectStore } from '#storage/object-store.ts'
import { headObject, missingOutcome, readOrNull } from '#storage/single-object.ts'

/** Far more than it takes; anything larger is not ours. */
const maximumBytes = 4096

/** The file in a storage that names the database which the storage belongs to. */
export const ownerMirrorOf = (objects: ObjectStore, where: string): OwnerMirror => ({
  where,
  async read() {
    const [outcome = missingOutcome(ownerFile)] = await objects.getMany([ownerFile], {
      maximumBytes,
    })
    // A link may lead anywhere: it counts as damaged.
    if (outcome.kind === 'hidden') return ''
    const read = readOrNull(outcome, ownerFile)
    if (read === null) return null
    return read.kind === 'found' ? new TextDecoder().decode(read.bytes) : ''
  },
  async write(text) {
    await objects.put(ownerFile, new TextEncoder().encode(text), { fromReserve: true })
  },
})

/** A state in a file would begin without accounts, and hide the one that belongs to the images. */
export async function expectNoDatabase(
  objects: Pick<ObjectStore, 'headMany'>,
  where: string,
): Promise<void> {
  if ((await headObject(objects, ownerFile)) === null) return
  throw new Error(
    `the images in ${where} belong to the state in a database: set JETSAM_DATABASE to its address, or say once with "jetsam take-over" that they do no longer`,
  )
}
