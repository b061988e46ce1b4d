import type { Call } from '#contract/endpoints/call.ts'
import { contentOf } from '#testing/builders/tiny-image.ts'
import { expect, test } from 'vitest'
import { allCalls } from '#contract/endpoints/areas.ts'
import { images, openWorld, pushAll, settled } from '#testing/answer-snapshots/world.ts'
import {
  readableExchange,
  withoutChance,
  type Exchange,
} from '#testing/answer-snapshots/write-answer.ts'
import { createAnswerCheck } from '#testing/openapi/documented-answers.ts'
import { exampleLine, exampleValues, otherCalls } from '#testing/openapi/examples.ts'

/** What clients and scripts get for a sequence of changes. */

const { index, single, deleted } = images
const app = '/api/v0/repositories/team/app'
const settings = '/api/v0/admin/settings/registry/garbageCollection'
const v2 = '/v2/team/app'
const pruning = '/api/v0/repositories/library/base/pruningPolicies'
const pruned = { field: 'tag', operator: 'sw', values: ['pr-'] }
const blob = contentOf('0123456789')
const text = new TextDecoder().decode(single.bytes)
const headers = { 'Content-Type': single.mediaType }

/**
 * `{entry}`, `{upload}` and the like stand for values that an earlier answer gave under that name.
 */
const ofV0: readonly Exchange[] = [
  {
    line: 'POST /api/v0/session',
    as: null,
    body: { name: 'reader', password: 'reader-password' },
  },
  { line: 'DELETE /api/v0/session', as: null },
  {
    line: `POST ${app}/deletion-impact`,
    as: 'reader',
    body: { references: ['1.0', 'old'], whole: true },
  },
  {
    line: `POST ${app}/deletion-impact`,
    as: 'reader',
    body: { references: ['2.1'], whole: false },
  },
  { line: `DELETE ${app}/tags/2.1`, as: 'writer' },
  { line: `PUT ${app}/tags/2.1`, as: 'writer', body: { digest: single.digest } },
  { line: `DELETE ${app}/tags/gone`, as: 'writer' },
  { line: 'DELETE /api/v0/trash/{entry}', as: 'writer' },
  { line: `DELETE ${app}/manifests/old`, as: 'writer' },
  { line: 'POST /api/v0/trash/{entry}/restore', as: 'writer', body: { tags: { old: 'new' } } },
  { line: `DELETE ${app}/manifests/${index.digest}`, as: 'writer' },
  { line: 'POST /api/v0/trash/{entry}/restore', as: 'writer' },
  { line: 'DELETE /api/v0/repositories/team/bare', as: 'owner' },
  { line: 'POST /api/v0/admin/jobs', body: { job: 'registryGC', dryRun: true } },
  { line: 'POST /api/v0/jobs/{id}/cancel' },
  { line: `POST ${settings}/schedule`, body: { schedule: '@daily' } },
  { line: `DELETE ${settings}/schedule` },
  { line: 'POST /api/v0/garbage-collection/verification' },
  { line: 'DELETE /api/v0/garbage-collection/verification' },
  {
    line: 'PUT /api/v0/garbage-collection/policy',
    body: {
      timeLimitMinutes: 5,
      whileCollecting: 'hold-pushes',
      trashRetentionHours: 48,
      collectUntagged: true,
      untaggedMinimumAgeHours: 24,
    },
  },
  {
    line: 'PUT /api/v0/retention/policies/team',
    body: { rules: [{ remove: { tags: ['stable'] } }] },
  },
  { line: 'POST /api/v0/retention/preview', body: { scope: 'team' } },
  { line: 'POST /api/v0/retention/approve', body: { previewID: '{preview}' } },
  { line: 'POST /api/v0/admin/jobs', body: { job: 'retention', preview: '{preview}' } },
  { line: `POST ${pruning}`, body: { rules: [pruned] } },
  { line: `PUT ${pruning}/{id}`, body: { enabled: true, rules: [{ ...pruned, values: ['1'] }] } },
  { line: `POST ${pruning}/test`, body: { rules: [{ ...pruned, values: ['1'] }] } },
  { line: `DELETE ${pruning}/{id}` },
  { line: 'POST /api/v0/accounts', body: { name: 'new', password: 'a new password' } },
  { line: 'PATCH /api/v0/accounts/new', body: { isActive: false } },
  {
    line: 'PUT /api/v0/accounts/new/access',
    body: { grants: [{ scope: 'team', accessLevel: 'read-only' }] },
  },
  { line: 'DELETE /api/v0/accounts/new' },
  {
    line: 'POST /api/v0/accounts/reader/accessTokens',
    as: 'reader',
    body: { name: 'build', repositories: ['team'], actions: ['pull'] },
  },
  { line: 'DELETE /api/v0/accounts/reader/accessTokens/{id}', as: 'reader' },
  {
    line: 'PUT /api/v0/anonymous/access',
    body: { grants: [{ scope: 'library', accessLevel: 'read-only' }] },
  },
  {
    line: 'PUT /api/v0/session/password',
    body: { current: 'admin-password', password: 'a new password' },
  },
]

/**
 * Every changing call of /api/v0: one that is not made above is made as its example says, before
 * the password changes. Samples load only into an empty registry and have their own test.
 */
const allOfV0: readonly Exchange[] = [
  ...ofV0.slice(0, -1),
  ...otherCalls(
    Object.values<Call>(allCalls).filter(({ endpoint }) => endpoint.method !== 'GET'),
    [...ofV0.map(({ line }) => line), 'POST /setup/samples'],
  ).map((call): Exchange => ({ line: exampleLine(call), body: call.example.body })),
  ...ofV0.slice(-1),
]

const ofV2: readonly Exchange[] = [
  { line: `POST ${v2}/blobs/uploads/`, as: 'writer' },
  { line: 'GET {upload}', as: 'writer' },
  { line: 'PATCH {upload}', as: 'writer', body: '01234', headers: { 'Content-Range': '0-4' } },
  { line: 'PATCH {upload}', as: 'writer', body: '567' },
  { line: `PUT {upload}?digest=${blob.digest}`, as: 'writer', body: '89' },
  { line: `POST ${v2}/blobs/uploads/`, as: 'writer' },
  { line: 'DELETE {upload}', as: 'writer' },
  { line: `POST ${v2}/blobs/uploads/?digest=${blob.digest}`, as: 'writer', body: '0123456789' },
  {
    line: `POST /v2/team/copy/blobs/uploads/?mount=${blob.digest}&from=team/app`,
    as: 'writer',
  },
  { line: `POST /v2/team/copy/blobs/uploads/?mount=${deleted.digest}&from=none`, as: 'writer' },
  { line: `PUT ${v2}/manifests/new`, as: 'writer', body: text, headers },
  { line: `PUT ${v2}/manifests/${single.digest}?tag=a&tag=b`, as: 'writer', body: text, headers },
  {
    line: `PUT ${v2}/manifests/sbom`,
    as: 'writer',
    body: new TextDecoder().decode(images.sbom.bytes),
    headers,
  },
  { line: `DELETE ${v2}/manifests/new`, as: 'writer' },
  { line: `DELETE ${v2}/manifests/${single.digest}`, as: 'writer' },
  { line: `DELETE ${v2}/blobs/${blob.digest}`, as: 'writer' },
]

const flawOf = createAnswerCheck()

const previewIn = (answer: unknown): string | undefined =>
  (answer as { readonly previewID?: string } | null | undefined)?.previewID

test.each([
  ['writes-of-v0.txt', allOfV0],
  ['writes-of-v2.txt', ofV2],
])('writes are answered as in %s', async (file, asked) => {
  const world = await openWorld()
  await pushAll(world)
  const names: Record<string, string> = { ...exampleValues({}) }
  const written: string[] = []
  for (const each of asked) {
    const line = each.line.replaceAll(/\{(\w+)\}/g, (_, name: string) => names[name] ?? '')
    const answer = await world.ask(
      each.as ?? (each.as === null ? null : 'admin'),
      line,
      typeof each.body === 'object'
        ? JSON.parse(JSON.stringify(each.body).replace('{preview}', names['preview'] ?? ''))
        : each.body,
      each.headers,
    )
    await settled(world.api)
    expect([line, answer.text, answer.status < 300]).toEqual([line, answer.text, true])
    names['upload'] = answer.headers.get('Location') ?? names['upload'] ?? ''
    names['preview'] = previewIn(answer.json) ?? names['preview'] ?? ''
    names['entry'] = answer.headers.get('Jetsam-Trash-Entry') ?? names['entry'] ?? ''
    names['id'] = (answer.json as { id?: string } | undefined)?.id ?? names['id'] ?? ''
    expect(flawOf(each.line, answer)).toBeNull()
    written.push(readableExchange(each, answer))
  }
  await expect(withoutSecrets(withoutChance(written.join('\n')))).toMatchFileSnapshot(file)
  expect(world.api.failures).toEqual([])
})

/** Replaces random secrets, which an answer shows once. */
const withoutSecrets = (answers: string): string =>
  answers
    .replaceAll(/jetsam_session=[\w-]{20,}/g, 'jetsam_session=SECRET')
    .replaceAll(/"token": "[\w-]+"/g, '"token": "SECRET"')
