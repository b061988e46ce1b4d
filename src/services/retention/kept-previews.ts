import type { Preview } from './preview.ts'

/** Each may have a row for every tag of the registry. */
const kept = 8

export interface KeptPreview {
  readonly preview: Preview
  /** The account; null: a run that waits for approval. */
  readonly madeBy: string | null
  /** An administrator said that it may run as it is. */
  readonly isApproved: boolean
}

/** The newest previews, for further pages of them. In memory: a preview is soon out of date. */
export interface KeptPreviews {
  /** Returns its id. */
  keep(preview: Preview, madeBy: string | null): string
  /** Null: there is none any more. */
  get(id: string): KeptPreview | null
  /** It may run as it is, whatever holds it. */
  approve(id: string): void
}

export function createKeptPreviews(createId: () => string): KeptPreviews {
  const previews = new Map<string, KeptPreview>()
  return {
    keep(preview, madeBy) {
      const id = createId()
      previews.set(id, { preview, madeBy, isApproved: false })
      const [oldest] = previews.keys()
      if (previews.size > kept && oldest !== undefined) previews.delete(oldest)
      return id
    },
    get: (id) => previews.get(id) ?? null,
    approve(id) {
      const found = previews.get(id)
      if (found !== undefined) previews.set(id, { ...found, isApproved: true })
    },
  }
}
