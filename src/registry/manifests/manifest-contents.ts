import type { Digest } from '#domain/values/digest.ts'
import type { Manifest } from '#domain/manifest/manifest.ts'

/** What a manifest says, and what of that storage adds. Plain data. */
export interface ManifestContents {
  readonly manifest: Manifest
  readonly sizeBytes: number
  /** Layers that need not be on storage, and are, with their sizes there. */
  readonly pushed?: readonly { readonly digest: Digest; readonly sizeBytes: number }[]
  /** Others that are not, and may come. */
  readonly lacksLayers?: true
}
