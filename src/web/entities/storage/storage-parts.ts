import type { WireStorageParts } from '#contract/jobs/storage.ts'
import { storedParts, sumOfParts, type StoredPart } from '#domain/collection/stored-parts.ts'
import type { StripPart } from '#web/components/byte-strip/byte-strip.tsx'

export const partLabels: Readonly<Record<StoredPart, string>> = {
  oneImage: 'used by one image',
  shared: 'shared by several',
  untagged: 'untagged',
  trash: 'kept in the trash',
  inDoubt: 'uploading or in doubt',
  reclaimable: 'reclaimable now',
}

/** Bytes of each part that would become reclaimable if a person went on. */
export interface ChosenBytes {
  readonly label: string
  readonly oneImage: number
  readonly shared: number
  /** False while they are of an earlier choice, and the answer for this one is on its way. */
  readonly isCurrent: boolean
}

export interface PartOptions {
  /** Where each part leads. */
  readonly links?: Partial<Record<StoredPart, string>>
  readonly chosen?: ChosenBytes | null
  /** How many more bytes fit; null: not known. */
  readonly free?: number | null
}

/** With more free than this part of what is stored, the strip would show nothing but that. */
const largestFreeToScale = 0.5

/**
 * The parts of a strip, always in the same order. What is in doubt is shown only where there is any:
 * most registries never have it.
 */
export function stripParts(
  parts: WireStorageParts,
  { links = {}, chosen = null, free = null }: PartOptions = {},
): StripPart[] {
  const taken = {
    oneImage: Math.min(chosen?.oneImage ?? 0, parts.oneImage),
    shared: Math.min(chosen?.shared ?? 0, parts.shared),
  }
  const strip: StripPart[] = []
  for (const part of storedParts) {
    const bytes = parts[part]
    if (part === 'inDoubt' && bytes === 0) continue
    if (part === 'reclaimable' && chosen !== null) {
      strip.push({ tone: 'chosen', label: chosen.label, bytes: taken.oneImage + taken.shared })
    }
    const left = part === 'oneImage' || part === 'shared' ? bytes - taken[part] : bytes
    strip.push({ tone: part, label: partLabels[part], bytes: left, to: links[part] })
  }
  if (free !== null) {
    const isCutOff = free > sumOfParts(parts) * largestFreeToScale
    strip.push({ tone: 'free', label: 'free', bytes: free, isCutOff })
  }
  return strip
}
