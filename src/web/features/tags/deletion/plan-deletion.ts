import type { DeletedReference, DeletionImpact } from '#contract/images/deletion.ts'

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
  /** It runs, and the person names it. */
  readonly runs?: true
}

/**
 * The calls that carry out an impact, one for each image. An image that loses all its tags is
 * deleted as a whole, so that Undo brings all of them back.
 */
export function planDeletion(impact: DeletionImpact): readonly DeletionStep[] {
  const runs =
    impact.running.length > 0 && impact.references.length === 1 ? { runs: true as const } : {}
  return [...groupByDigest(goingOf(impact)).entries()].flatMap(
    ([digest, references]): DeletionStep[] => {
      const whole = references.find(({ imageDeleted }) => imageDeleted)
      if (whole === undefined) {
        return references.map(({ reference }) => ({
          unit: 'tag',
          reference,
          digest,
          tags: [reference],
          ...runs,
        }))
      }
      const tags = new Set(references.flatMap((reference) => reference.tags))
      return [{ unit: 'image', reference: whole.reference, digest, tags: [...tags], ...runs }]
    },
  )
}

/** What goes: of several, what runs stays. One alone is what the person wants. */
export const goingOf = (impact: DeletionImpact | undefined): readonly DeletedReference[] => {
  const { references = [], running = [] } = impact ?? {}
  if (references.length < 2) return references
  const staying = new Set(running.map(({ reference }) => reference))
  return references.filter(({ reference }) => !staying.has(reference))
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

const describe = ({ references, running }: DeletionImpact): string =>
  JSON.stringify(running.map(({ reference }) => reference).toSorted()) +
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
