import type { EventData } from '#domain/events/event-data.ts'

const digest = `sha256:${'a'.repeat(64)}`
const deleted = { reference: '1.2', digest, tags: ['1.2', 'latest'] }
const deletedForever = { entryID: 'entry', digest, tags: ['1.2'] }
const ofTags = { digest, tags: ['1.2', 'latest'] }
const ofAccount = { account: 'dana' }
const ofManifest = { digest }
const ofTag = { tag: '1.2', digest }

/** One event of each kind, with all its data. */
export const sampleData: EventData = {
  'image pushed': ofTag,
  'manifest pushed': ofManifest,
  'blob mounted': ofManifest,
  'image deleted': deleted,
  'tag deleted': deleted,
  'image deleted forever': deletedForever,
  'tag deleted forever': deletedForever,
  'image restored': ofTags,
  'tag restored': ofTag,
  'image collected': ofTags,
  'tag collected': ofTags,
  'repository deleted': { images: 2, tags: 3 },
  'repository deleted forever': { images: 2, tags: 3 },
  'repository restored': { images: 2, tags: 3 },
  'repository collected': { images: 2, tags: 3 },
  'repository removed': {},
  'samples loaded': { repositories: ['library/alpine', 'team/app'] },
  'schedule changed': { before: null, after: '0 * * *' },
  'policy changed': {
    changes: [
      { field: 'timeLimitMinutes', before: null, after: 5 },
      { field: 'collectUntagged', before: false, after: true },
      { field: 'whileCollecting', before: 'reject-pushes', after: 'hold-pushes' },
    ],
  },
  'retention policy changed': { scope: 'team', version: 2, rules: 3 },
  'retention settings changed': {
    changes: [{ field: 'maximumShare', before: 50, after: null }],
  },
  'retention approved': { policies: [{ scope: 'team', version: 2 }] },
  'running reported': { cluster: 'prod', images: 12 },
  'running report removed': { cluster: 'prod' },
  'retention finished': {
    jobID: 'job',
    status: 'done',
    error: null,
    removed: 3,
    skipped: 1,
    waiting: 0,
  },
  'collection started': { jobID: 'job', dryRun: false, planID: 'plan' },
  'collection stopped': { jobID: 'job' },
  'collection finished': {
    jobID: 'job',
    status: 'done',
    error: null,
    freedBytes: 63_999_123,
    run: {
      trigger: 'person',
      dryRun: false,
      tookMs: 1500,
      freedBytesByCause: { 'orphaned layer': 63_999_123 },
      failures: 0,
    },
  },
  'collection skipped': {
    dueMs: Date.UTC(2026, 10, 23, 4),
    count: 3,
    why: {
      cause: 'held up',
      sinceMs: Date.UTC(2026, 10, 23, 3, 59),
      untilMs: Date.UTC(2026, 10, 23, 6, 30),
    },
  },
  'verification started': { full: true },
  'verification finished': {
    error: null,
    tags: 6,
    wholeTags: 5,
    absentPlatforms: 2,
    unreadPlaces: 1,
  },
  'signed in': ofAccount,
  'sign-in refused': { account: 'dana', reason: 'wrong password' },
  'signed out': ofAccount,
  'account created': { account: 'dana', role: 'administrator' },
  'account changed': { account: 'dana', isAdmin: true },
  'account disabled': ofAccount,
  'account enabled': ofAccount,
  'password changed': { account: 'dana', command: 'reset-password' },
  'access changed': {
    account: 'dana',
    changes: [
      { scope: 'library', before: 'admin', after: null },
      { scope: 'team', before: null, after: 'read-only' },
    ],
  },
  'account removed': ofAccount,
  'anonymous access changed': {
    changes: [{ scope: 'library', before: null, after: 'read-only' }],
  },
  'access token created': {
    account: 'dana',
    token: 'build: pull on team',
    actions: ['pull', 'push'],
    repositories: ['team', 'library/alpine'],
  },
  'access token revoked': { account: 'dana', token: 'build' },
}
