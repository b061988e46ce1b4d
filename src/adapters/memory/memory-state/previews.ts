import type { Previews } from '#state/previews.ts'
import type { Changed, Tables } from './tables.ts'

export const createMemoryPreviews = ({ previews }: Tables, changed: Changed): Previews => ({
  async save(preview) {
    previews.set(preview.id, preview)
    changed()
  },

  async find(id) {
    return previews.get(id) ?? null
  },

  async isApproved(id) {
    return previews.get(id)?.isApproved ?? null
  },

  async approve(id) {
    const found = previews.get(id)
    if (found === undefined) return
    previews.set(id, { ...found, isApproved: true })
    changed()
  },

  async keepNewest(count) {
    const oldestFirst = [...previews.values()].toSorted((a, b) => a.madeAtMs - b.madeAtMs)
    for (const { id } of oldestFirst.slice(0, Math.max(0, previews.size - count))) {
      previews.delete(id)
    }
    changed()
  },
})
