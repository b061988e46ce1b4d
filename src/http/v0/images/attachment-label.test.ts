import { expect, it } from 'vitest'
import { attachmentLabel } from './attachment-label.ts'

it.each([
  ['application/vnd.dev.cosign.artifact.sig.v1+json', 'signature'],
  ['application/vnd.dev.cosign.simplesigning.v1+json', 'signature'],
  ['application/vnd.cncf.notary.signature', 'signature'],
  ['application/vnd.dev.sigstore.bundle.v0.3+json', 'signature'],
  ['application/spdx+json', 'SBOM'],
  ['text/spdx', 'SBOM'],
  ['application/vnd.cyclonedx+json', 'SBOM'],
  ['application/vnd.in-toto+json', 'attestation'],
  ['application/vnd.dev.cosign.attestation', 'attestation'],
  ['application/vnd.example.design+json', 'application/vnd.example.design+json'],
  [null, 'artifact'],
])('labels %s as %s', (artifactType, label) => {
  expect(attachmentLabel(artifactType)).toBe(label)
})
