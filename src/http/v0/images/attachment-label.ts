/** What people call the common kinds, by what their artifact types contain. */
const kinds: readonly (readonly [pattern: RegExp, label: string])[] = [
  [/spdx|cyclonedx|syft|sbom/i, 'SBOM'],
  [/in-toto|attest|slsa|provenance|\bdsse\b/i, 'attestation'],
  [/image\.index|manifest\.list/i, 'list'],
  [/sig(?:nature|store)?\b|simplesigning|notary/i, 'signature'],
]

/** `signature`, `SBOM`, `attestation`, or the artifact type where it is none of them. */
export function attachmentLabel(artifactType: string | null): string {
  if (artifactType === null) return 'artifact'
  return kinds.find(([pattern]) => pattern.test(artifactType))?.[1] ?? artifactType
}
