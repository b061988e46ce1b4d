/** What stored bytes are there for. Each byte is of exactly one part; in the order of screens. */
export const storedParts = [
  /** One tagged image needs it, and no other image that is linked. */
  'oneImage',
  /** A tagged image needs it, and at least one other. */
  'shared',
  /** Only untagged images need it. */
  'untagged',
  /** Only images in the trash need it, which can still be restored. */
  'trash',
  /** No image needs it for certain: uploads that go on, and what something unreadable may need. */
  'inDoubt',
  /** A collection would free it now. */
  'reclaimable',
] as const
export type StoredPart = (typeof storedParts)[number]

/** Bytes by part. */
export type StoredParts = Readonly<Record<StoredPart, number>>

/** What one store holds, whole and as each repository needs it. */
export interface StoredBytes {
  readonly registry: StoredParts
  /**
   * What each repository needs or has left. A byte that several need is in the parts of each, but
   * it is of the same part in all: only what one image needs is shared for a repository with another
   * image that needs it.
   */
  readonly byRepository: ReadonlyMap<string, StoredParts>
  /** The tagged images as if each were stored by itself: more than there is where they share. */
  readonly imageBytes: number
}

export const noStoredParts: StoredParts = {
  oneImage: 0,
  shared: 0,
  untagged: 0,
  trash: 0,
  inDoubt: 0,
  reclaimable: 0,
}

export const sumOfParts = (parts: StoredParts): number =>
  storedParts.reduce((sum, part) => sum + parts[part], 0)
