/** `tag 1.0`, `tags 1.0, 2.0` or `no tags`: as the activity names what an image went or came with. */
export const listedTags = (tags: readonly string[]): string =>
  tags.length === 0 ? 'no tags' : `${tags.length === 1 ? 'tag' : 'tags'} ${tags.join(', ')}`
