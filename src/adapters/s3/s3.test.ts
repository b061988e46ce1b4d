import { afterAll, beforeAll, describe } from 'vitest'
import { scannerOver } from '#storage/scanner-over-lists.ts'
import { hasCeph } from '#testing/ceph/find-ceph.ts'
import { createCephWorld, type CephWorld } from '#testing/ceph/ceph-world.ts'
import { describeObjectStore } from '#testing/conformance/object-store/object-store.ts'
import { describeScanner } from '#testing/conformance/scanner.ts'
import { describeUploadStore } from '#testing/conformance/upload-store.ts'

describe.skipIf(!hasCeph())('on Ceph', () => {
  let world: CephWorld
  beforeAll(async () => {
    world = await createCephWorld()
  })
  afterAll(() => world.remove())

  describeObjectStore('a bucket', { open: async () => (await world.open()).objects })

  describeUploadStore('a bucket', {
    async open() {
      const { objects, uploadStore } = await world.open()
      return { objects, uploads: uploadStore }
    },
    keepsBytesApart: true,
  })

  describeScanner('a bucket', {
    async open() {
      const { objects } = await world.open()
      return { objects, scanner: scannerOver(objects) }
    },
  })
})
