import type { RetentionJob, WireRetentionSettings } from '#contract/rules/retention-runs.ts'
import type { WireRetentionPolicy, WireRetentionPreview } from '#contract/rules/retention.ts'
import { answer, noContent, type Answer } from '#web/testing/fake-fetch.ts'

const at = '2026-11-22T01:00:00.000Z'

export const sampleText = `rules:
  - protect: { tags: [stable] }
  - remove: { tags: [pr-*], olderThan: 14d } # of pull requests
`

export const samplePolicy = (of: Partial<WireRetentionPolicy> = {}): WireRetentionPolicy => ({
  scope: 'registry',
  version: 3,
  text: sampleText,
  rules: [
    { verb: 'protect', line: 2, words: 'Protect tags stable' },
    { verb: 'remove', line: 3, words: 'Remove tags pr-* pushed more than 14 days ago' },
  ],
  problem: null,
  savedAt: at,
  savedBy: 'admin',
  ...of,
})

export const sampleSettings = (of: Partial<WireRetentionSettings> = {}): WireRetentionSettings => ({
  beforeCollections: false,
  maximumShare: 50,
  maximumImages: 1000,
  approveFirst: true,
  pulls: { headCounts: true, ignoredAccounts: [], ignoredUserAgents: [] },
  running: { maximumAgeMinutes: 60, clusters: [] },
  pullsSince: at,
  approvals: [],
  waiting: null,
  ...of,
})

const rule = {
  verb: 'remove',
  line: 3,
  words: 'Remove tags pr-* pushed more than 14 days ago',
} as const

export const sampleVerdict = (
  of: Partial<WireRetentionPreview['verdicts'][number]> = {},
): WireRetentionPreview['verdicts'][number] => ({
  repository: 'team/app',
  tag: 'pr-1',
  digest: `sha256:${'a'.repeat(64)}`,
  verdict: 'removed',
  rule,
  reason: 'Remove tags pr-* pushed more than 14 days ago (line 3)',
  pushedAt: at,
  lastPulledAt: null,
  bytesFreed: 1_200_000,
  inForce: null,
  ...of,
})

export const samplePreview = (of: Partial<WireRetentionPreview> = {}): WireRetentionPreview => ({
  previewID: 'p1',
  at,
  madeAt: at,
  totals: { protected: 1, kept: 0, removed: 2, unmatched: 4, images: 2, bytesFreed: 2_400_000 },
  byRule: [{ scope: 'registry', rule, removed: 2, bytesFreed: 2_400_000 }],
  byRepository: [
    {
      repository: 'team/app',
      scope: 'registry',
      tags: 7,
      removed: 2,
      images: 2,
      bytesFreed: 2_400_000,
    },
  ],
  inForce: null,
  changes: null,
  leftOut: [],
  verdicts: [sampleVerdict()],
  ...of,
})

export const sampleResult = (
  of: Partial<NonNullable<RetentionJob['result']>> = {},
): NonNullable<RetentionJob['result']> => ({
  previewID: null,
  planned: 2,
  removed: 2,
  bytes: 2_400_000,
  byRule: [{ scope: 'registry', rule: rule.words, line: 3, removed: 2, bytes: 2_400_000 }],
  byRepository: { 'team/app': { removed: 2, bytes: 2_400_000 } },
  skipped: 0,
  failed: 0,
  waiting: 0,
  left: 0,
  notes: [],
  brakes: [],
  leftOut: [],
  endedBy: 'done',
  ...of,
})

/** A run that admin started and that ended well. */
export const sampleRun = (of: Partial<RetentionJob> = {}): RetentionJob => ({
  id: 'run-1',
  kind: 'retention',
  action: 'retention',
  status: 'done',
  trigger: 'person',
  actor: 'admin',
  stopping: false,
  scheduledAt: null,
  startedAt: at,
  lastUpdated: '2026-11-22T01:00:41.000Z',
  finishedAt: '2026-11-22T01:00:41.000Z',
  progress: null,
  request: { scope: 'registry', previewID: null },
  result: sampleResult(),
  error: null,
  ...of,
})

export const runningRun = (of: Partial<RetentionJob> = {}): RetentionJob =>
  sampleRun({
    status: 'running',
    finishedAt: null,
    result: null,
    progress: {
      phase: 'removing',
      done: 3,
      total: 12,
      bytesFreed: 0,
      bytesPerSecond: 0,
      remainingMs: null,
      repository: 'team/app',
    },
    ...of,
  })

/** What a page of cleaning asks, answered as by a registry with this policy and nothing else. */
export const cleaningRoutes = (
  policies: readonly WireRetentionPolicy[],
  of: Readonly<Record<string, Answer>> = {},
): Record<string, Answer> => ({
  'GET /api/v0/retention/policies': answer({ policies, grants: [] }),
  'GET /api/v0/retention/versions/registry': answer({ versions: [] }),
  'GET /api/v0/running': answer({ maximumAgeMinutes: 60, reports: [] }),
  'GET /api/v0/retention/settings': answer(sampleSettings()),
  'GET /api/v0/retention/schedule': answer({
    schedule: null,
    fields: null,
    description: null,
    nextRuns: [],
    missed: null,
  }),
  'GET /api/v0/jobs': answer({ jobs: [] }),
  'GET /api/v0/repositories': answer({ repositories: [] }),
  'GET /api/v0/storage': answer(null),
  'POST /api/v0/retention/preview': answer(samplePreview()),
  'GET /api/v0/retention/previews/p1': answer(samplePreview(), { 'X-Resource-Count': '2' }),
  'DELETE /api/v0/retention/policies/registry': noContent(),
  ...of,
})
