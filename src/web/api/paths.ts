const part = encodeURIComponent

const withQuery = (path: string, query: Readonly<Record<string, string | undefined>>): string => {
  const given = Object.entries(query).filter((entry): entry is [string, string] => !!entry[1])
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`
}

/** Every address inside the dashboard: the one place that spells them. */
export const paths = {
  home: '/',
  /** `from` is where the person was going. */
  signIn: (from?: string) => withQuery('/sign-in', { from }),
  repositories: '/repositories',
  namespace: (namespace: string) => withQuery('/repositories', { namespace }),
  /** `team/app` stays two segments; a name may have more. With a tag, its details are open. */
  repository: (name: string, tag?: string) =>
    withQuery(`/repositories/${name.split('/').map(part).join('/')}`, { tag }),
  /** Another view of it than its tags. */
  repositoryTab: (name: string, tab: string) =>
    withQuery(`/repositories/${name.split('/').map(part).join('/')}`, { tab }),
  trash: '/trash',
  activity: '/activity',
  activityOf: (person: string) => withQuery('/activity', { person }),
  settings: '/settings',
  /** With a name, that account is open. */
  people: (account?: string) => withQuery('/settings/people', { account }),
  /** One's own. */
  accessTokens: '/access-tokens',
  garbageCollection: '/settings/garbage-collection',
  collectionRun: (jobId: string) => `/settings/garbage-collection/runs/${part(jobId)}`,
} as const
