import type { Pause } from '#domain/time/clock.ts'
import type { Previews } from '#state/previews.ts'
import type { ShownPreview } from './preview.ts'
import { previewOfTexts, textsOfPreview } from './stored-preview.ts'

/** Each may have a row for every tag of the registry. */
const kept = 8
/** Of all servers together. */
const keptInState = 24

export interface KeptPreview {
  readonly preview: ShownPreview
  /** The account; null: a run that waits for approval. */
  readonly madeBy: string | null
  /** An administrator said that it may run as it is. */
  readonly isApproved: boolean
}

/** The newest previews, for further pages of them. A preview is soon out of date. */
export interface KeptPreviews {
  /** Resolves to its id. */
  keep(preview: ShownPreview, madeBy: string | null): Promise<string>
  /** Null: there is none any more. */
  get(id: string): Promise<KeptPreview | null>
  /** It may run as it is, whatever holds it. */
  approve(id: string): Promise<void>
}

/** In the memory of the only server. */
export function createKeptPreviews(createId: () => string): KeptPreviews {
  const previews = new Map<string, KeptPreview>()
  return {
    async keep(preview, madeBy) {
      const id = createId()
      previews.set(id, { preview, madeBy, isApproved: false })
      forgetOldest(previews)
      return id
    },
    get: async (id) => previews.get(id) ?? null,
    async approve(id) {
      const found = previews.get(id)
      if (found !== undefined) previews.set(id, { ...found, isApproved: true })
    },
  }
}

function forgetOldest(previews: Map<string, unknown>): void {
  const [oldest] = previews.keys()
  if (previews.size > kept && oldest !== undefined) previews.delete(oldest)
}

export interface SharedPreviewsDeps {
  readonly createId: () => string
  readonly pause: Pause
  readonly state: { readonly previews: Previews }
}

/**
 * In the state as well, for whichever server is asked for the next page. The memory has what this
 * server showed last: of that, only whether it is approved is asked for.
 */
export function createSharedPreviews({
  createId,
  pause,
  state: { previews },
}: SharedPreviewsDeps): KeptPreviews {
  const shown = new Map<string, Omit<KeptPreview, 'isApproved'>>()
  function remember(id: string, preview: Omit<KeptPreview, 'isApproved'>): void {
    shown.set(id, preview)
    forgetOldest(shown)
  }

  async function read(id: string): Promise<KeptPreview | null> {
    const found = await previews.find(id)
    const preview = found && (await previewOfTexts(found.parts, pause))
    if (preview === null || found === null) return null
    const { madeBy, isApproved } = found
    remember(id, { preview, madeBy })
    return { preview, madeBy, isApproved }
  }

  return {
    async keep(preview, madeBy) {
      const id = createId()
      const parts: string[] = []
      for (const text of textsOfPreview(preview)) {
        parts.push(text)
        await pause()
      }
      const { madeAtMs } = preview
      await previews.save({ id, madeAtMs, madeBy, isApproved: false, parts })
      await previews.keepNewest(keptInState)
      remember(id, { preview, madeBy })
      return id
    },
    async get(id) {
      const known = shown.get(id)
      if (known === undefined) return await read(id)
      const isApproved = await previews.isApproved(id)
      // Without a disk with room for it, only the memory has it.
      return { ...known, isApproved: isApproved ?? false }
    },
    approve: (id) => previews.approve(id),
  }
}
