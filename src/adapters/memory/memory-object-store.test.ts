import { scannerOver } from '#storage/scanner-over-lists.ts'
import { describeGivenTimes } from '#testing/conformance/object-store/given-times.ts'
import { describeObjectStore } from '#testing/conformance/object-store/object-store.ts'
import { describeScanner } from '#testing/conformance/scanner.ts'
import { describeUploadStore } from '#testing/conformance/upload-store.ts'
import { createMemoryObjectStore } from './memory-object-store.ts'
import { createMemoryFileTree } from './memory-file-tree.ts'
import { createMemoryUploadStore } from './memory-upload-store.ts'

describeObjectStore('memory', { open: async () => createMemoryObjectStore(createMemoryFileTree()) })

describeGivenTimes('memory', async () => createMemoryObjectStore(createMemoryFileTree()))

describeUploadStore('memory', {
  async open() {
    const storage = createMemoryFileTree()
    const objects = createMemoryObjectStore(storage)
    return { objects, uploads: createMemoryUploadStore(storage) }
  },
})

describeScanner('memory', {
  async open() {
    const objects = createMemoryObjectStore(createMemoryFileTree())
    return { objects, scanner: scannerOver(objects) }
  },
})
