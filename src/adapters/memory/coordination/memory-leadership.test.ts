import { fencedStores } from '#storage/wrappers/fenced-store.ts'
import { leadershipContract } from '#testing/conformance/coordination/leadership.ts'
import { createMemoryObjectStore } from '../memory-object-store.ts'
import { createMemoryFileTree } from '../memory-file-tree.ts'
import { createMemoryUploadStore } from '../memory-upload-store.ts'
import { createMemoryLead } from './memory-leadership.ts'

leadershipContract('in memory', async () => {
  const lead = createMemoryLead()
  const files = createMemoryFileTree()
  const stores = {
    objects: createMemoryObjectStore(files),
    uploadStore: createMemoryUploadStore(files),
  }
  return {
    candidate: lead.candidate,
    freezeLeader: lead.holderSeemsDead,
    loseAll: lead.holderSeemsDead,
    storesOf: async ({ mayWrite }) => fencedStores(stores, mayWrite),
    close: async () => {},
  }
})
