import { expect, test } from 'vitest'
import type { Attachment } from '#contract/tags.ts'
import { attachedWords } from './image-words.ts'

const attached = (...labels: string[]): Attachment[] =>
  labels.map((label, at) => ({ digest: `sha256:${at}`, label, artifactType: label, size: 1 }))

test.each([
  [['SBOM', 'signature'], 'signature, SBOM'],
  [['signature', 'SBOM', 'signature'], '2 signatures, SBOM'],
  [['provenance', 'SBOM'], 'SBOM, provenance'],
  [[], ''],
])('%j is told as "%s"', (labels, words) => {
  expect(attachedWords(attached(...labels))).toBe(words)
})
