import { removalCauses, type RemovalCause } from '#domain/collection/removal-cause.ts'

/** Bytes and counts as the API sends them. */
export interface Amount {
  readonly bytes: number
  readonly layers: number
  readonly manifests: number
}

interface CauseLook {
  /** `deleted images` */
  readonly label: string
  /** A colour for both schemes, with a contrast of at least 3:1 against the background of each. */
  readonly color: string
}

const looks: Record<RemovalCause, CauseLook> = {
  'deleted image': { label: 'deleted images', color: 'light-dark(#0b6e7f, #3fb6c9)' },
  'expired trash': { label: 'expired trash', color: 'light-dark(#4c51bf, #9aa2ff)' },
  'replaced tag': { label: 'replaced tags', color: 'light-dark(#c2570c, #f0975a)' },
  'untagged image': { label: 'untagged images', color: 'light-dark(#a21caf, #e08bea)' },
  'orphaned layer': { label: 'orphaned layers', color: 'light-dark(#5b6470, #a9b4c0)' },
  'abandoned upload': { label: 'abandoned uploads', color: 'light-dark(#7a6a00, #d9c34a)' },
}

const isKnown = (cause: string): cause is RemovalCause =>
  (removalCauses as readonly string[]).includes(cause)

/** A newer server may send causes that this page does not know: they are shown by their name. */
export const causeLook = (cause: string): CauseLook =>
  isKnown(cause) ? looks[cause] : { label: cause, color: 'light-dark(#5b6470, #a9b4c0)' }

export const sumOf = (amounts: readonly Amount[]): Amount =>
  amounts.reduce(
    (sum, { bytes, layers, manifests }) => ({
      bytes: sum.bytes + bytes,
      layers: sum.layers + layers,
      manifests: sum.manifests + manifests,
    }),
    { bytes: 0, layers: 0, manifests: 0 },
  )

/** The causes that have bytes or counts, largest first. */
export const byBytes = (amounts: Readonly<Record<string, Amount>>): [string, Amount][] =>
  Object.entries(amounts)
    .filter(([, { bytes, layers, manifests }]) => bytes + layers + manifests > 0)
    .toSorted(([, a], [, b]) => b.bytes - a.bytes)
