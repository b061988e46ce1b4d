import type { ErrorCode } from '#contract/errors.ts'
import { blobFile } from '#registry/layout.ts'
import { AgreementError } from '#coordination/agreement-error.ts'
import { StateError } from '#state/state-error.ts'
import { StoreError } from '#storage/errors.ts'
import {
  closedGate,
  collecting,
  previewIn,
  protecting,
  pruning,
  reporting,
  signInWrongly,
  storageFails,
  writtenRefusals,
  wrongPassword,
  type Refused,
} from '#testing/answer-snapshots/refusals.ts'
import { images, type World } from '#testing/answer-snapshots/world.ts'
import { expect, test } from 'vitest'

/** Every refusal that clients and scripts get, recorded whole. */

const { index, amd64, single, deleted, notPushed } = images
const app = '/api/v0/repositories/team/app'
const settings = '/api/v0/admin/settings/registry/garbageCollection'
const newToken = { name: 'build', repositories: ['team'], actions: ['pull'] }
const gc = { job: 'registryGC' }

async function trashed({ must }: World): Promise<string> {
  return (await must(`DELETE ${app}/manifests/old`)).get('Jetsam-Trash-Entry') ?? ''
}

const storageIs = (code: StoreError['code']): Refused => ({
  line: 'GET /api/v0/repositories',
  before: storageFails(new StoreError(code, 'a/secret')),
})

/** By code; the compiler demands every one. `BODY_TOO_SLOW` comes from a host. */
const refusals: Record<Exclude<ErrorCode, 'BODY_TOO_SLOW'>, readonly Refused[]> = {
  NOT_AUTHENTICATED: [
    { line: 'GET /api/v0/repositories', as: null },
    { line: 'GET /api/v0/repositories', as: null, headers: { 'X-Jetsam-Client': 'dashboard' } },
    { line: 'POST /api/v0/session', as: null, body: wrongPassword },
    { line: 'GET /metrics', as: null },
  ],
  NOT_AUTHORIZED: [
    { line: 'GET /api/v0/accounts', as: 'owner' },
    { line: `DELETE ${app}/tags/1.0`, as: 'reader' },
    { line: `DELETE ${app}`, as: 'writer' },
  ],
  WRONG_PASSWORD: [
    { line: 'PUT /api/v0/session/password', body: { current: 'x', password: 'another password' } },
  ],
  NO_SUCH_REPOSITORY: [
    { line: 'GET /api/v0/repositories/secret/app/tags', as: 'reader' },
    { line: 'GET /api/v0/repositories/team/none/tags' },
    { line: 'DELETE /api/v0/repositories/Team/App' },
  ],
  NO_SUCH_TAG: [{ line: `GET ${app}/tags/none` }, { line: `DELETE ${app}/tags/none` }],
  NO_SUCH_REF: [
    { line: `GET ${app}/tags/${notPushed.digest}` },
    { line: `DELETE ${app}/manifests/${notPushed.digest}` },
    { line: `GET /api/v0/garbage-collection/explain/${notPushed.digest}` },
  ],
  NO_SUCH_JOB: [{ line: 'GET /api/v0/jobs/none' }, { line: 'POST /api/v0/jobs/none/cancel' }],
  NO_SUCH_PLAN: [
    { line: 'GET /api/v0/garbage-collection/plan/none' },
    { line: 'POST /api/v0/admin/jobs', body: { ...gc, plan: 'none' } },
  ],
  NO_SUCH_TRASH_ENTRY: [
    { line: 'POST /api/v0/trash/none/restore' },
    { line: 'DELETE /api/v0/trash/none' },
  ],
  NO_SUCH_POLICY: [
    { line: 'GET /api/v0/retention/policies/team/app' },
    { line: 'DELETE /api/v0/retention/policies/team/app' },
    { line: 'GET /api/v0/repositories/library/base/pruningPolicies/none' },
  ],
  NO_SUCH_PREVIEW: [{ line: 'GET /api/v0/retention/previews/none' }],
  NO_SUCH_ACCOUNT: [{ line: 'GET /api/v0/accounts/none' }],
  NO_SUCH_ACCESS_TOKEN: [{ line: 'DELETE /api/v0/accounts/reader/accessTokens/none' }],
  NOT_FOUND: [{ line: 'GET /api/v0/none' }, { line: 'GET /none', as: null }],
  NOT_ALLOWED: [{ line: 'PUT /api/v0/trash' }, { line: `PATCH ${app}/tags/1.0` }],
  INVALID_PARAMETERS: [
    { line: `GET ${app}/tags?sort=none` },
    { line: `GET ${app}/tags?pageStart=none` },
    { line: 'GET /api/v0/activity?kind=none' },
    { line: 'GET /api/v0/garbage-collection/savings?from=none' },
    { line: `POST ${app}/deletion-impact`, body: { references: [] } },
    { line: `POST ${app}/pruningPolicies/test`, body: pruning('component') },
    { line: 'POST /api/v0/admin/jobs', body: { job: 'none' } },
    { line: 'PUT /api/v0/garbage-collection/policy', body: { timeLimitMinutes: -1 } },
    { line: 'POST /api/v0/accounts', body: { name: 'a', password: 'short' } },
    {
      line: 'PUT /api/v0/accounts/reader/access',
      body: { grants: [{ scope: 'Team', accessLevel: 'read-only' }] },
    },
    {
      line: 'POST /api/v0/accounts/reader/accessTokens',
      as: 'reader',
      body: { ...newToken, actions: ['none'] },
    },
  ],
  INVALID_JSON: [{ line: 'POST /api/v0/admin/jobs', body: '{' }],
  INVALID_DIGEST: [
    { line: 'GET /api/v0/garbage-collection/explain/none' },
    { line: `PUT ${app}/tags/new`, body: { digest: 'sha256:1' } },
  ],
  INVALID_POLICY: [
    {
      line: 'PUT /api/v0/retention/policies/team',
      body: 'rules:\n  - remove: { tags: [*], olderThan: 6m }',
      headers: { 'Content-Type': 'application/yaml' },
    },
    {
      line: 'PUT /api/v0/retention/policies/team',
      body: { rules: [{ remove: { tags: 'v*', olderThan: '6m' } }, { purge: {} }] },
    },
    {
      line: 'PUT /api/v0/retention/policies/team',
      body: { rules: [{ keep: { tags: 'v*' } }], expect: [{ tag: 'v1', is: 'removed' }] },
    },
    { line: `POST ${app}/pruningPolicies`, body: pruning('tag'), before: protecting },
  ],
  INVALID_SCHEDULE: [
    { line: `POST ${settings}/schedule`, body: { schedule: '0 0 4 * * 6' } },
    { line: `GET ${settings}/schedule/preview?schedule=25` },
  ],
  JOB_ALREADY_RUNNING: [{ line: 'POST /api/v0/admin/jobs', body: gc, before: collecting }],
  TAG_EXISTS: [
    {
      line: 'POST /api/v0/trash/{id}/restore',
      before: async (world) => {
        const id = await trashed(world)
        await world.api.as('writer').pushImage('team/app', single, 'old')
        return id
      },
    },
    { line: `PUT ${app}/tags/2.0`, body: { digest: index.digest } },
  ],
  TAG_PROTECTED: [
    { line: `DELETE ${app}/tags/2.0`, before: protecting },
    { line: `DELETE ${app}/manifests/${single.digest}`, before: protecting },
    {
      line: 'POST /api/v0/trash/{id}/restore',
      body: { onConflict: 'replace' },
      before: async (world) => {
        const id = await trashed(world)
        await world.api.as('writer').pushImage('team/app', single, 'old')
        await protecting(world)
        return id
      },
    },
  ],
  IMAGE_RUNNING: [{ line: `DELETE ${app}/tags/2.0`, before: reporting }],
  INVALID_REPORT: [{ line: 'PUT /api/v0/running/prod', body: { images: ['no image'] } }],
  NO_SUCH_REPORT: [{ line: 'GET /api/v0/running/none' }],
  PREVIEW_NOT_RUNNABLE: [
    {
      line: 'POST /api/v0/retention/approve',
      body: { previewID: '{id}' },
      before: (world) => previewIn(world, { scope: 'team', at: '2026-12-31T00:00:00Z' }),
    },
  ],
  APPROVAL_NEEDED: [
    {
      line: 'POST /api/v0/admin/jobs',
      body: { job: 'retention', preview: '{id}' },
      before: async (world) => {
        await world.must('PUT /api/v0/retention/policies/team', {
          rules: [{ remove: { tags: ['old'] } }],
        })
        return await previewIn(world, { scope: 'team' })
      },
    },
  ],
  ACCOUNT_EXISTS: [
    { line: 'POST /api/v0/accounts', body: { name: 'reader', password: 'another password' } },
  ],
  ACCESS_TOKEN_EXISTS: [
    {
      line: 'POST /api/v0/accounts/reader/accessTokens',
      as: 'reader',
      body: newToken,
      before: ({ api }) => api.tokenOf('reader', { name: 'build' }),
    },
  ],
  TOO_MANY_ACCESS_TOKENS: [
    {
      line: 'POST /api/v0/accounts/reader/accessTokens',
      as: 'reader',
      body: newToken,
      before: async ({ api }) => {
        let made = 0
        await expect(async () => {
          for (; made < 1000; made += 1) await api.tokenOf('reader', { name: `token ${made}` })
        }).rejects.toThrow()
      },
    },
  ],
  LAST_ADMINISTRATOR: [
    { line: 'DELETE /api/v0/accounts/admin' },
    { line: 'PATCH /api/v0/accounts/admin', body: { isAdmin: false } },
  ],
  POLICY_CHANGED: [
    {
      line: 'PUT /api/v0/retention/policies/team',
      body: { rules: [{ keep: { tags: 'v*' } }] },
      headers: { 'If-Match': '"1"' },
      before: async ({ must }) => {
        await must('PUT /api/v0/retention/policies/team', { rules: [] })
        await must('PUT /api/v0/retention/policies/team', { rules: [{ keep: { tags: 'x' } }] })
      },
    },
    {
      line: 'DELETE /api/v0/retention/policies/team',
      headers: { 'If-Match': '"7"' },
      before: ({ must }) => must('PUT /api/v0/retention/policies/team', { rules: [] }),
    },
  ],
  REFERENCE_CHANGED: [
    { line: `DELETE ${app}/tags/1.0`, headers: { 'If-Match': `"${single.digest}"` } },
  ],
  COLLECTION_RUNNING: [
    {
      line: 'POST /api/v0/trash/{id}/restore',
      before: async (world) => {
        const id = await trashed(world)
        await closedGate(world)
        return id
      },
    },
  ],
  REGISTRY_NOT_EMPTY: [{ line: 'POST /api/v0/setup/samples' }],
  REPOSITORY_NOT_EMPTY: [{ line: `DELETE ${app}` }],
  MANIFEST_IN_USE: [{ line: `DELETE ${app}/manifests/${amd64.digest}` }],
  MANIFEST_UNREADABLE: [
    {
      line: `DELETE ${app}/manifests/${single.digest}`,
      before: ({ api }) =>
        api.storage.write(blobFile(single.digest), new Uint8Array(4 * 1024 * 1024 + 1)),
    },
  ],
  CONTENT_MISSING: [
    {
      line: 'POST /api/v0/trash/{id}/restore',
      before: async (world) => {
        const id = await trashed(world)
        await world.api.storage.remove(blobFile(deleted.blobs[2]!.digest))
        return id
      },
    },
  ],
  BODY_TOO_LARGE: [{ line: 'POST /api/v0/admin/jobs', body: `"${'x'.repeat(1024 * 1024)}"` }],
  UNSUPPORTED_MEDIA_TYPE: [
    { line: 'POST /api/v0/admin/jobs', body: gc, headers: { 'Content-Type': 'text/plain' } },
  ],
  TOO_MANY_ATTEMPTS: [
    {
      line: 'POST /api/v0/session',
      as: null,
      body: wrongPassword,
      before: signInWrongly,
    },
  ],
  INTERNAL: [{ line: 'GET /api/v0/repositories', before: storageFails(new Error('a secret')) }],
  STORAGE_FAILED: (['READ_ONLY', 'DENIED', 'NOT_FOUND', 'INVALID_PATH', 'FAILED'] as const).map(
    storageIs,
  ),
  STORAGE_FULL: [storageIs('FULL')],
  STATE_UNAVAILABLE: [
    {
      line: 'GET /api/v0/repositories',
      before: storageFails(new StateError('UNAVAILABLE', 'a secret')),
    },
  ],
  NOT_AGREED: [
    {
      line: 'GET /api/v0/repositories',
      before: storageFails(new AgreementError('LOCKED', 'another server does it: try again')),
    },
    storageIs('NOT_HELD'),
    storageIs('UNSETTLED'),
  ],
  SHUTTING_DOWN: [
    {
      line: 'POST /api/v0/admin/jobs',
      body: gc,
      before: ({ api }) => api.services.jobs.shutdown(),
    },
  ],
}

test('every refusal of /api/v0 answers as recorded', async () => {
  await expect(await writtenRefusals(refusals)).toMatchFileSnapshot('refusals-of-v0.txt')
})
