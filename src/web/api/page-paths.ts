const part = encodeURIComponent

const withQuery = (path: string, query: Readonly<Record<string, string | undefined>>): string => {
  const given = Object.entries(query).filter((entry): entry is [string, string] => !!entry[1])
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`
}

/** Every address inside the dashboard. No other module writes one. */
export const paths = {
  home: '/',
  /** `from` is the address that the person wanted to open. */
  signIn: (from?: string) => withQuery('/sign-in', { from }),
  repositories: '/repositories',
  namespace: (namespace: string) => withQuery('/repositories', { namespace }),
  /**
   * `team/app` stays two segments; a name may have more. With a tag, the page opens the tag's
   * details.
   */
  repository: (name: string, tag?: string) =>
    withQuery(`/repositories/${name.split('/').map(part).join('/')}`, { tag }),
  /** A view of the repository other than its tags. */
  repositoryTab: (name: string, tab: string) =>
    withQuery(`/repositories/${name.split('/').map(part).join('/')}`, { tab }),
  /** What takes the space: the largest images of all repositories. */
  largestImages: '/largest-images',
  trash: '/trash',
  /** Of one repository, or of all whose names have these letters. */
  trashOf: (filter: string) => withQuery('/trash', { filter }),
  activity: '/activity',
  activityOf: (person: string) => withQuery('/activity', { person }),
  settings: '/settings',
  /** With a name, the page opens that account. */
  people: (account?: string) => withQuery('/settings/people', { account }),
  /** The access tokens of the signed-in person. */
  accessTokens: '/access-tokens',
  garbageCollection: '/settings/garbage-collection',
  collectionRun: (jobId: string) => `/settings/garbage-collection/runs/${part(jobId)}`,
  /** Of the registry, or of one namespace or repository. */
  cleaning: (scope?: string) => withQuery('/settings/cleaning', { scope }),
  cleaningRun: (jobId: string) => `/settings/cleaning/runs/${part(jobId)}`,
  verification: (jobId: string) => `/settings/garbage-collection/verifications/${part(jobId)}`,
} as const
