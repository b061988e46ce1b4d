import type { Previews } from '#state/previews.ts'
import { keepNewest } from './keep-newest.ts'
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
    keepNewest(previews, count)
    changed()
  },
})
