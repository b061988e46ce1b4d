import type { Preview } from './preview.ts'

/** Each may have a row for every tag of the registry. */
const kept = 8

/** The newest previews, for further pages of them. In memory: a preview is soon out of date. */
export interface KeptPreviews {
  /** Returns its id. */
  keep(preview: Preview, madeBy: string): string
  /** Null: there is none any more, or another account made it. */
  find(id: string, madeBy: string): Preview | null
}

export function createKeptPreviews(createId: () => string): KeptPreviews {
  const previews = new Map<string, { readonly preview: Preview; readonly madeBy: string }>()
  return {
    keep(preview, madeBy) {
      const id = createId()
      previews.set(id, { preview, madeBy })
      const [oldest] = previews.keys()
      if (previews.size > kept && oldest !== undefined) previews.delete(oldest)
      return id
    },
    find(id, madeBy) {
      const found = previews.get(id)
      return found?.madeBy === madeBy ? found.preview : null
    },
  }
}
