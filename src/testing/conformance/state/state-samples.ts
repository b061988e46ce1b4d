import type { StoredAccessToken } from '#state/access-tokens.ts'
import type { Account } from '#state/accounts.ts'
import { eventVersion, type DomainEvent } from '#domain/events/domain-event.ts'
import type { StoredJob, StoredPlan } from '#state/jobs.ts'
import type { PendingAct } from '#state/pending-acts.ts'
import type { State } from '#state/state.ts'

/** Opens an empty state; the function also closes it after the test. */
export type OpenState = () => Promise<State>

export const atMs = Date.UTC(2026, 0, 31, 12)

export const account = (name: string, changed: Partial<Account> = {}): Account => ({
  name,
  passwordHash: `hash of ${name}`,
  isAdmin: false,
  isActive: true,
  createdAtMs: atMs,
  ...changed,
})

export const token = (id: string, changed: Partial<StoredAccessToken> = {}): StoredAccessToken => ({
  id,
  accountName: 'ada',
  name: `token ${id}`,
  secretHash: `hash of ${id}`,
  repositories: ['team', 'library/base'],
  actions: ['pull', 'push'],
  createdAtMs: atMs,
  expiresAtMs: null,
  lastUsedAtMs: null,
  ...changed,
})

export const job = (id: string, changed: Partial<StoredJob> = {}): StoredJob => ({
  id,
  kind: 'collection',
  status: 'done',
  trigger: 'person',
  actor: 'ada',
  request: null,
  scheduledAtMs: null,
  startedAtMs: atMs,
  updatedAtMs: atMs,
  finishedAtMs: atMs + 1000,
  progress: null,
  result: null,
  error: null,
  ...changed,
})

export const plan = (id: string, itemCount: number, madeAtMs = atMs): StoredPlan => ({
  id,
  jobID: `job of ${id}`,
  madeAtMs,
  items: Array.from({ length: itemCount }, (_, at) => ({
    step: 'upload',
    cause: 'abandoned upload',
    repository: 'team/app',
    digest: null,
    name: `upload ${at}`,
    isManifest: false,
    sizeBytes: at,
  })),
  warnings: ['tag 1.2: its link is empty'],
  estimatedMs: 1500,
})

/** Another kind needs its data. */
export const event = (id: string, changed: Partial<DomainEvent> = {}): DomainEvent =>
  ({
    id,
    atMs,
    version: eventVersion,
    kind: 'image deleted',
    actor: 'ada',
    from: '192.0.2.7',
    repository: 'team/app',
    data: { reference: '1.2', digest: null, tags: null },
    ...changed,
  }) as DomainEvent

export const push = { repository: 'team/app', tag: '1', digest: 'sha256:1', actor: 'ada', atMs }

export const pendingAct = (id: string, changed: Partial<PendingAct> = {}): PendingAct => ({
  event: event(id),
  witness: { kind: 'entry given up', entryID: id },
  push: null,
  ...changed,
})
