/** Media types of manifests (OCI image spec 1.1 "media types", Docker image manifest v2 schema 2). */
export const mediaTypes = {
  ociImage: 'application/vnd.oci.image.manifest.v1+json',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  ociArtifact: 'application/vnd.oci.artifact.manifest.v1+json',
  dockerImage: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  /**
   * Docker image manifest v2 schema 1, which may be stored but is no longer accepted; and its
   * signed form.
   */
  dockerOldest: 'application/vnd.docker.distribution.manifest.v1+json',
  dockerSigned: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
} as const

/**
 * Whether a layer is never pushed: Windows base layers, fetched from elsewhere (Docker "foreign",
 * OCI "nondistributable" layers).
 */
export const isForeignMediaType = (mediaType: string): boolean =>
  mediaType.includes('.foreign.') || mediaType.includes('.nondistributable.')

const manifestMediaTypes: ReadonlySet<string> = new Set(Object.values(mediaTypes))

export const isManifestMediaType = (mediaType: string): boolean => manifestMediaTypes.has(mediaType)
