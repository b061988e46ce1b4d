import type { PushRecord, Pushes } from '#state/pushes.ts'
import type { Changed, Tables } from './tables.ts'

export const createMemoryPushes = ({ pushes }: Tables, changed: Changed): Pushes => ({
  async record(push) {
    const ofRepository = pushes.get(push.repository) ?? new Map<string, PushRecord>()
    pushes.set(push.repository, ofRepository)
    const known = ofRepository.get(push.tag)
    if (known !== undefined && known.atMs > push.atMs) return
    ofRepository.set(push.tag, push)
    changed()
  },

  async latest(repository, tags) {
    const ofRepository = pushes.get(repository)
    return tags.flatMap((tag) => ofRepository?.get(tag) ?? [])
  },
})
