/**
 * The first parts of the keys that more than one feature has to do with: whoever changes what
 * others show invalidates by these. A feature's own queries extend them in its `queries.ts`.
 */
export const queryKeys = {
  session: ['session'],
  setup: ['setup'],
  repositories: ['repositories'],
  /** Tags, their details and what deleting them would do, over all repositories. */
  tags: ['tags'],
  tagsOf: (repository: string) => ['tags', repository],
  trash: ['trash'],
  garbageCollection: ['garbage-collection'],
  activity: ['activity'],
  accounts: ['accounts'],
  accessTokens: ['access-tokens'],
} as const
