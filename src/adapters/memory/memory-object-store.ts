import type { ObjectStore } from '#storage/object-store.ts'
import { objectStoreOver } from '#storage/object-store-over-storage.ts'
import type { MemoryStorage } from './memory-storage.ts'

/** Objects in memory. Nothing can be hidden here, and nothing is more durable than the page. */
export const createMemoryObjectStore = (storage: MemoryStorage): ObjectStore =>
  objectStoreOver(storage)
