/**
 * `tag 1.0`, `tags 1.0, 2.0` or `no tags`: the tags that an image was deleted or restored with, for
 * the activity.
 */
export const listedTags = (tags: readonly string[]): string =>
  tags.length === 0 ? 'no tags' : `${tags.length === 1 ? 'tag' : 'tags'} ${tags.join(', ')}`
