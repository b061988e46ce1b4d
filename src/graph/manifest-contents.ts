import type { Digest } from '#domain/values/digest.ts'
import type { Manifest } from '#domain/manifest/manifest.ts'

/** The contents of a manifest, with what storage adds. Plain data. */
export interface ManifestContents {
  readonly manifest: Manifest
  readonly sizeBytes: number
  /** Layers that need not be on storage but are, with their sizes there. */
  readonly pushed?: readonly { readonly digest: Digest; readonly sizeBytes: number }[]
  /** Other such layers are not on storage, and may be pushed later. */
  readonly lacksLayers?: true
}
