import type { RepositoryName } from '#domain/values/repository-name.ts'

const base = '/api/v0'
const part = encodeURIComponent

/** `team/app` stays two path segments; the characters of a parsed name need no escaping. */
const repository = (name: RepositoryName | string): string =>
  `${base}/repositories/${name.split('/').map(part).join('/')}`

const garbageCollection = `${base}/admin/settings/registry/garbageCollection`

/** The path of every call of `/api/v0`. Clients take their paths from here. */
export const apiPaths = {
  session: `${base}/session`,
  ownPassword: `${base}/session/password`,
  setup: `${base}/setup`,
  samples: `${base}/setup/samples`,
  search: `${base}/search`,
  repositories: `${base}/repositories`,
  repository,
  tags: (name: string) => `${repository(name)}/tags`,
  tag: (name: string, reference: string) => `${repository(name)}/tags/${part(reference)}`,
  manifest: (name: string, reference: string) => `${repository(name)}/manifests/${part(reference)}`,
  layerMap: (name: string) => `${repository(name)}/layer-map`,
  deletionImpact: (name: string) => `${repository(name)}/deletion-impact`,
  trash: `${base}/trash`,
  trashEntry: (id: string) => `${base}/trash/${part(id)}`,
  restore: (id: string) => `${base}/trash/${part(id)}/restore`,
  adminJobs: `${base}/admin/jobs`,
  jobs: `${base}/jobs`,
  job: (id: string) => `${base}/jobs/${part(id)}`,
  jobLogs: (id: string) => `${base}/jobs/${part(id)}/logs`,
  cancelJob: (id: string) => `${base}/jobs/${part(id)}/cancel`,
  schedule: `${garbageCollection}/schedule`,
  lastSavings: `${garbageCollection}/lastSavings`,
  reclaimable: `${base}/garbage-collection/reclaimable`,
  plan: (id: string) => `${base}/garbage-collection/plan/${part(id)}`,
  savings: `${base}/garbage-collection/savings`,
  explain: (digest: string) => `${base}/garbage-collection/explain/${part(digest)}`,
  verification: `${base}/garbage-collection/verification`,
  policy: `${base}/garbage-collection/policy`,
  activity: `${base}/activity`,
  accounts: `${base}/accounts`,
  account: (name: string) => `${base}/accounts/${part(name)}`,
  accountAccess: (name: string) => `${base}/accounts/${part(name)}/access`,
  anonymousAccess: `${base}/anonymous/access`,
  accountAccessTokens: (name: string) => `${base}/accounts/${part(name)}/accessTokens`,
  accountAccessToken: (name: string, id: string) =>
    `${base}/accounts/${part(name)}/accessTokens/${part(id)}`,
} as const
