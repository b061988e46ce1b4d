import type { Tag } from '#contract/images/tags.ts'

/** A tag as the person saw it when selecting: its name and the digest that it showed. */
export interface SelectedTag extends Partial<
  Pick<Tag, 'updatedAt' | 'lastPulledAt' | 'retention' | 'freedSize' | 'platforms'>
> {
  readonly name: string
  readonly digest: string
}

/** What to delete: a tag as the person saw it, or the digest of an image without tags. */
export interface DeletionTarget extends SelectedTag {
  /** True: the image with all its tags, not the tag alone. */
  readonly isWhole?: boolean
}

export interface Selection {
  readonly tags: ReadonlyMap<string, SelectedTag>
  /** The start of a range: the row that was last selected by itself. */
  readonly anchor: string | null
  /** Why a tag that is still selected could not be deleted, by tag. */
  readonly failures: ReadonlyMap<string, string>
}

export type SelectionAction =
  | { readonly type: 'toggle'; readonly tag: SelectedTag }
  /** Everything between the anchor and the tag, as `rows` are shown now. */
  | { readonly type: 'range'; readonly tag: SelectedTag; readonly rows: readonly SelectedTag[] }
  | { readonly type: 'add'; readonly tags: readonly SelectedTag[] }
  | { readonly type: 'clear' }
  /** After a deletion: removes what was deleted, keeps what failed, with its reason. */
  | {
      readonly type: 'settle'
      readonly gone: readonly string[]
      readonly failures: ReadonlyMap<string, string>
    }

/** The most tags that one request may ask about. */
export const selectionLimit = 1000

export const nothingSelected: Selection = { tags: new Map(), anchor: null, failures: new Map() }

export function selectionReducer(selection: Selection, action: SelectionAction): Selection {
  switch (action.type) {
    case 'toggle':
      return toggle(selection, action.tag)
    case 'range':
      return selectRange(selection, action.tag, action.rows)
    case 'add':
      return { ...selection, tags: withTags(selection.tags, action.tags) }
    case 'clear':
      return nothingSelected
    case 'settle': {
      const tags = new Map(selection.tags)
      for (const name of action.gone) tags.delete(name)
      const anchor =
        selection.anchor !== null && tags.has(selection.anchor) ? selection.anchor : null
      return { tags, anchor, failures: action.failures }
    }
  }
}

function toggle(selection: Selection, tag: SelectedTag): Selection {
  const tags = new Map(selection.tags)
  if (!tags.delete(tag.name) && tags.size < selectionLimit) tags.set(tag.name, tag)
  const failures = new Map(selection.failures)
  failures.delete(tag.name)
  return { tags, anchor: tag.name, failures }
}

function selectRange(
  selection: Selection,
  tag: SelectedTag,
  rows: readonly SelectedTag[],
): Selection {
  const from = rows.findIndex(({ name }) => name === selection.anchor)
  const to = rows.findIndex(({ name }) => name === tag.name)
  // The anchor was filtered out, or nothing was selected yet: then only this tag is selected.
  if (from === -1 || to === -1) return toggle(selection, tag)
  const between = rows.slice(Math.min(from, to), Math.max(from, to) + 1)
  return { ...selection, tags: withTags(selection.tags, between) }
}

function withTags(
  before: ReadonlyMap<string, SelectedTag>,
  added: readonly SelectedTag[],
): ReadonlyMap<string, SelectedTag> {
  const tags = new Map(before)
  for (const tag of added) {
    if (tags.size >= selectionLimit) break
    tags.set(tag.name, tag)
  }
  return tags
}
