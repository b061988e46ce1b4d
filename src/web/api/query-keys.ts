/**
 * The first parts of the query keys that several features share: a feature that changes what
 * another shows invalidates by these. A feature's own queries extend them in its `queries.ts`, by
 * the name of the call and, where several queries make the same call, a word.
 */
export const queryKeys = {
  session: ['session'],
  setup: ['setup'],
  repositories: ['repositories'],
  /** Tags, their details and what deleting them would do, in all repositories. */
  tags: ['tags'],
  tagsOf: (repository: string) => ['tags', repository],
  trash: ['trash'],
  garbageCollection: ['garbage-collection'],
  retention: ['retention'],
  activity: ['activity'],
  accounts: ['accounts'],
  accessTokens: ['access-tokens'],
} as const
