/** The common kinds by their usual names, found by a part of their artifact types. */
const kinds: readonly (readonly [pattern: RegExp, label: string])[] = [
  [/spdx|cyclonedx|syft|sbom/i, 'SBOM'],
  [/in-toto|attest|slsa|provenance|\bdsse\b/i, 'attestation'],
  [/image\.index|manifest\.list/i, 'list'],
  [/sig(?:nature|store)?\b|simplesigning|notary/i, 'signature'],
]

/** `signature`, `SBOM`, `attestation`, or the artifact type if it is none of them. */
export function attachmentLabel(artifactType: string | null): string {
  if (artifactType === null) return 'artifact'
  return kinds.find(([pattern]) => pattern.test(artifactType))?.[1] ?? artifactType
}
