import { flawWords } from '#domain/values/flaw-words.ts'
import type { Digest } from '#domain/values/digest.ts'
import { edgeRules, type EdgeKind } from '../edges.ts'

/** One edge of a manifest, and what its repository and storage tell of its target. */
export interface CheckedEdge<Node> {
  readonly kind: EdgeKind
  readonly target: Node
  /** Bytes that the manifest states; null where it states none. */
  readonly expectedBytes: number | null
  /** Whether the repository links the target as what it is there: a manifest or a blob. */
  readonly isLinked: boolean
  readonly isStored: boolean
  /** Bytes on storage; null where that was not looked at. */
  readonly sizeBytes: number | null
  /** What is wrong with the target itself, in words. */
  readonly flaw: string | null
}

/**
 * Why a manifest is not whole because of one edge, in words; null if it may be. Lists and
 * verifications ask the same.
 * @param mayBeSparse a manifest that an index lists and the repository does not link is no flaw
 */
export function flawOfEdge<Node>(
  { kind, target, expectedBytes, isLinked, isStored, sizeBytes, flaw }: CheckedEdge<Node>,
  digestOf: (node: Node) => Digest,
  mayBeSparse: boolean,
): string | null {
  const rule = edgeRules[kind]
  // Clients fetch it from elsewhere, unless it was pushed to this registry.
  if (!rule.isRequired && !(isLinked && isStored)) return null
  if (mayBeSparse && rule.target === 'manifest' && !isLinked) return null
  if (flaw !== null) return flaw
  if (!isLinked) return flawWords.notLinked(digestOf(target))
  if (sizeBytes === null || expectedBytes === null || sizeBytes === expectedBytes) return null
  return flawWords.wrongSize(digestOf(target), sizeBytes, expectedBytes)
}
