import type { DeletedReference, DeletionImpact } from '#contract/deletion.ts'

/** One call to make, and the rows that it removes. */
export interface DeletionStep {
  /** `image`: the image with all its tags. `tag`: one tag of an image that stays. */
  readonly unit: 'image' | 'tag'
  readonly reference: string
  /**
   * The digest that the person saw: the server refuses the call if the reference has another one by
   * then.
   */
  readonly digest: string
  readonly tags: readonly string[]
}

/**
 * The calls that carry out an impact, one for each image. An image that loses all its tags is
 * deleted as a whole, so that Undo brings all of them back.
 */
export function planDeletion(impact: DeletionImpact): readonly DeletionStep[] {
  return [...groupByDigest(impact.references).entries()].flatMap(
    ([digest, references]): DeletionStep[] => {
      const whole = references.find(({ imageDeleted }) => imageDeleted)
      if (whole === undefined) {
        return references.map(({ reference }) => ({
          unit: 'tag',
          reference,
          digest,
          tags: [reference],
        }))
      }
      const tags = new Set(references.flatMap((reference) => reference.tags))
      return [{ unit: 'image', reference: whole.reference, digest, tags: [...tags] }]
    },
  )
}

function groupByDigest(references: readonly DeletedReference[]): Map<string, DeletedReference[]> {
  const groups = new Map<string, DeletedReference[]>()
  for (const reference of references) {
    groups.set(reference.digest, [...(groups.get(reference.digest) ?? []), reference])
  }
  return groups
}

/**
 * Whether two impacts describe the same deletion: the same images and tags. The freed bytes may
 * differ, because they depend on other images too.
 */
export function isSameDeletion(a: DeletionImpact, b: DeletionImpact): boolean {
  return describe(a) === describe(b)
}

const describe = ({ references }: DeletionImpact): string =>
  JSON.stringify(
    references
      .map(({ reference, digest, imageDeleted, tags, platforms, attached }) => [
        reference,
        digest,
        imageDeleted,
        tags.toSorted(),
        platforms.length,
        attached.map((attachment) => attachment.digest).toSorted(),
      ])
      .map((parts) => JSON.stringify(parts))
      .toSorted(),
  )
