import type { ObjectStore } from '#storage/object-store.ts'
import { expectRemoved } from '#storage/single-object.ts'
import { openFileStores } from '#adapters/filesystem/file-stores.ts'
import { openBucket } from '#hosts/server/open-bucket.ts'
import { storageReserve } from '#hosts/server/reserves.ts'
import { ownerMirrorOf } from '#hosts/server/storage-owner.ts'
import { ownerFile } from '#registry/layout.ts'
import { bucketNamedBy } from './bucket-store.ts'
import type { TakeOverCommand } from './command-line.ts'
import { whileLocked } from './open-registry.ts'

type Print = (line: string) => void

/**
 * Says that a storage and a state belong together from now on. A server refuses to start where they
 * do not, because a copy of one of them may be in use elsewhere: only a person can know.
 */
export async function takeOver(
  { storageFolder, databaseURL }: TakeOverCommand,
  print: Print,
  complain: Print,
): Promise<void> {
  const what = 'jetsam take-over'
  const onLost = (reason: string): never => {
    complain(`stopped at once: ${reason}`)
    process.exit(1)
  }
  const pair = async (objects: ObjectStore): Promise<void> => {
    if (databaseURL === null) {
      expectRemoved(await objects.deleteMany([ownerFile]), [ownerFile])
      print(`the images in ${storageFolder} belong to a state in a file from now on`)
      return
    }
    const { openHeldState } = await import('#adapters/postgres/held-state.ts')
    const mirror = ownerMirrorOf(objects, storageFolder)
    const held = await openHeldState(databaseURL, { what, onLost, mirror, claim: 'takes over' })
    await held.state.close()
    print(`the images in ${storageFolder} belong to the state in that database from now on`)
  }
  const bucket = bucketNamedBy(storageFolder)
  if (bucket) {
    const { platform, close } = await openBucket(bucket, { what, onLost, takesOver: false })
    try {
      return await pair(platform.objects)
    } finally {
      await close()
    }
  }
  const reserve = storageReserve(storageFolder)
  const options = { what, reserve, onLost, onWait: complain }
  await whileLocked(storageFolder, options, async ({ mayWrite }) =>
    pair((await openFileStores({ root: storageFolder, mayWrite, reserve })).objects),
  )
}
