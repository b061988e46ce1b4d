import { dryRunCodec } from '#services/jobs/kinds/dry-run/dry-run-codec.ts'
import type { Call } from '#contract/endpoints/call.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import { expect, test } from 'vitest'
import { createTestApi } from '#testing/builders/test-api.ts'
import { callOfLine, otherCalls } from '#testing/openapi/examples.ts'
import { allCalls } from '#contract/endpoints/areas.ts'

/**
 * In the order of the columns. `owner` has admin access to the namespace, and is no administrator.
 * The last three are access tokens: of the reader and the administrator for everything, and of the
 * writer for pulling from `team` only.
 */
const callers = [
  null,
  'stranger',
  'reader',
  'writer',
  'owner',
  'admin',
  'token of reader',
  'token of admin',
  'pull token of writer',
] as const
type CallerName = (typeof callers)[number]

const tokens = {
  'token of reader': { owner: 'reader', scope: ['*'], actions: ['pull', 'push', 'delete'] },
  'token of admin': { owner: 'admin', scope: ['*'], actions: ['pull', 'push', 'delete'] },
  'pull token of writer': { owner: 'writer', scope: ['team'], actions: ['pull'] },
} as const
const isToken = (caller: CallerName): caller is keyof typeof tokens =>
  caller !== null && Object.hasOwn(tokens, caller)

const image = tinyImage({ layers: ['of the image'] })
const other = tinyImage({ layers: ['of the other'] })
const settings = '/admin/settings/registry/garbageCollection'
const app = '/repositories/team/app'

const anyone = (status: number) => Array.from(callers, () => status)
const noTokens = [403, 403, 403]
const accounts = (status: number) => [status, status, status, status]
const signedIn = (status: number) => [401, status, status, status, status, status, ...noTokens]
const orToken = (status: number) => [401, ...Array.from({ length: 8 }, () => status)]
const readers = (status: number) => [401, 404, ...Array.from({ length: 7 }, () => status)]
const readingAccounts = (status: number) => [401, 404, ...accounts(status), ...noTokens]
const writers = (status: number) => [401, 404, 403, status, status, status, 403, status, 403]
const inTrash = (status: number) => [401, 404, 403, status, status, status, ...noTokens]
const owners = (status: number) => [401, 404, 403, 403, status, status, ...noTokens]
const teamOwners = (status: number) => [401, 403, 403, 403, status, status, ...noTokens]
const administrators = (status: number) => [401, 403, 403, 403, 403, status, ...noTokens]
/** The expected status for what belongs to the reader, and for administrators. */
const ofReader = (reader: number, admin: number) => [401, 403, reader, 403, 403, admin, ...noTokens]

const policy = {
  timeLimitMinutes: null,
  whileCollecting: 'reject-pushes',
  trashRetentionHours: 24,
  collectUntagged: false,
  untaggedMinimumAgeHours: 24,
}

const retentionSettings = {
  beforeCollections: false,
  maximumShare: 50,
  maximumImages: 1000,
  approveFirst: true,
}
const pruning = { rules: [{ field: 'tag', operator: 'sw', values: ['pr-'] }] }
const newToken = { name: 'new', repositories: ['team'], actions: ['pull'] }

/** `{job}`, `{plan}`, `{entry}` and `{token}` stand for what exists at the time of the call. */
const table: readonly (readonly [string, readonly number[], unknown?])[] = [
  ['POST /session', anyone(200), { name: 'reader', password: 'reader-password' }],
  ['GET /session', orToken(200)],
  ['DELETE /session', anyone(204)],
  [
    'PUT /session/password',
    signedIn(403),
    { current: 'not the password', password: 'another password' },
  ],
  ['GET /setup', signedIn(200)],
  ['POST /setup/samples', administrators(409)],
  ['GET /search?query=app', orToken(200)],
  ['GET /repositories', orToken(200)],
  ['GET /largest-images', orToken(200)],
  ['GET /repositories/team', readers(200)],
  [`GET ${app}`, readers(200)],
  [`HEAD ${app}`, readers(200)],
  [`DELETE ${app}`, owners(409)],
  ['DELETE /repositories/team/bare', owners(204)],
  [`GET ${app}/tags`, readers(200)],
  [`GET ${app}/layer-map`, readers(200)],
  [`GET ${app}/untagged`, readers(200)],
  [`GET ${app}/tags/1.0`, readers(200)],
  [`GET ${app}/tags/${image.digest}`, readers(200)],
  [`PUT ${app}/tags/new`, writers(204), { digest: image.digest }],
  [`DELETE ${app}/tags/1.0`, writers(204)],
  [`DELETE ${app}/manifests/1.0`, writers(204)],
  [`DELETE ${app}/manifests/${image.digest}`, writers(204)],
  [`GET ${app}/deletion-impact`, readers(200)],
  [`POST ${app}/deletion-impact`, readers(200), { references: ['1.0'], whole: true }],
  [`GET ${app}/pruningPolicies`, readers(200)],
  [`POST ${app}/pruningPolicies`, owners(201), pruning],
  [`POST ${app}/pruningPolicies/test`, readers(200), pruning],
  [`GET ${app}/pruningPolicies/known`, readers(200)],
  [`PUT ${app}/pruningPolicies/known`, owners(200), pruning],
  [`DELETE ${app}/pruningPolicies/known`, owners(204)],
  ['GET /trash', signedIn(200)],
  ['POST /trash/{entry}/restore', inTrash(204)],
  ['DELETE /trash/{entry}', inTrash(204)],
  ['POST /admin/jobs', administrators(202), { job: 'registryGC' }],
  ['GET /jobs', signedIn(200)],
  ['GET /jobs/{job}', signedIn(200)],
  ['GET /jobs/{job}/logs', administrators(200)],
  ['POST /jobs/{job}/cancel', administrators(204)],
  [`GET ${settings}/schedule`, signedIn(200)],
  [`POST ${settings}/schedule`, administrators(200), { schedule: '0 * * *' }],
  [`DELETE ${settings}/schedule`, administrators(204)],
  [`GET ${settings}/schedule/preview?schedule=0`, signedIn(200)],
  [`GET ${settings}/lastSavings`, signedIn(200)],
  ['GET /garbage-collection/reclaimable', signedIn(200)],
  ['GET /storage', signedIn(200)],
  ['GET /garbage-collection/recently-deleted', administrators(200)],
  ['GET /garbage-collection/wholeness', signedIn(200)],
  ['GET /garbage-collection/plan/{plan}', administrators(200)],
  ['GET /garbage-collection/savings', signedIn(200)],
  [`GET /garbage-collection/explain/${image.digest}`, readingAccounts(200)],
  ['GET /garbage-collection/verification', administrators(200)],
  ['POST /garbage-collection/verification', administrators(202)],
  ['DELETE /garbage-collection/verification', administrators(204)],
  ['GET /garbage-collection/policy', signedIn(200)],
  ['PUT /garbage-collection/policy', administrators(200), policy],
  ['GET /retention/policies', signedIn(200)],
  // The reader of `team` sees that it has one.
  ['GET /retention/policies/team', [401, 404, 200, 200, 200, 200, ...noTokens]],
  ['GET /retention/versions/team', signedIn(200)],
  ['PUT /retention/policies/team', teamOwners(200), { rules: [] }],
  ['DELETE /retention/policies/team', teamOwners(204)],
  ['POST /retention/preview', signedIn(200), { scope: 'team' }],
  ['GET /retention/settings', administrators(200)],
  ['PUT /retention/settings', administrators(200), retentionSettings],
  ['GET /running', administrators(200)],
  ['GET /running/prod', administrators(200)],
  // And the account that is named for the cluster: see v0-running.test.ts.
  ['PUT /running/prod', administrators(200), { images: ['-'] }],
  ['DELETE /running/prod', administrators(204)],
  ['GET /retention/schedule', signedIn(200)],
  ['PUT /retention/schedule', administrators(200), { schedule: '0 * * *' }],
  ['DELETE /retention/schedule', administrators(204)],
  ['POST /retention/approve', administrators(404), { previewID: 'none' }],
  // Of those that the caller made.
  ['GET /retention/previews/{preview}', [401, 404, 404, 404, 404, 200, ...noTokens]],
  ['GET /accounts', administrators(200)],
  ['POST /accounts', administrators(201), { name: 'new', password: 'new-password' }],
  ['GET /accounts/reader', administrators(200)],
  ['PATCH /accounts/reader', administrators(200), { isActive: false }],
  ['GET /accounts/reader/access', administrators(200)],
  ['PUT /accounts/reader/access', administrators(200), { grants: [] }],
  ['DELETE /accounts/reader', administrators(204)],
  ['GET /accounts/reader/accessTokens', ofReader(200, 200)],
  ['POST /accounts/reader/accessTokens', ofReader(201, 403), newToken],
  ['DELETE /accounts/reader/accessTokens/{token}', ofReader(204, 204)],
  ['GET /accessTokens', administrators(200)],
  ['GET /anonymous/access', administrators(200)],
  ['PUT /anonymous/access', administrators(200), { grants: [] }],
  ['GET /activity', signedIn(200)],
  ['GET /openapi.json', anyone(200)],
  ['GET /nothing', anyone(404)],
]

/** A registry with an image, a deleted image, and a dry run with its plan. */
async function prepare() {
  const api = await createTestApi()
  const admin = api.as('admin')
  await admin.pushImage('team/app', image, '1.0')
  await admin.pushImage('team/app', other, 'old')
  const inBare = 'docker/registry/v2/repositories/team/bare/_layers/file'
  await api.storage.write(inBare, new Uint8Array())
  await api.storage.remove(inBare)
  const deleted = await admin.ask('DELETE', `/api/v0${app}/tags/old`)
  const policies = {
    team: 'rules: []',
    'team/app': 'rules:\n  - remove: { tags: [pr-*] } # pruning policy known',
  }
  for (const [scope, body] of Object.entries(policies)) {
    const headers = { 'Content-Type': 'application/yaml' }
    await admin.ask('PUT', `/api/v0/retention/policies/${scope}`, { body, headers })
  }
  await admin.ask('PUT', '/api/v0/running/prod', {
    body: '-',
    headers: { 'Content-Type': 'text/plain' },
  })
  const previewed = await admin.ask('POST', '/api/v0/retention/preview', {
    body: JSON.stringify({ scope: 'registry' }),
    headers: { 'Content-Type': 'application/json' },
  })
  const { collections, events, state } = api.services
  const over = new Promise((resolve) => {
    events.subscribe(['collection finished'], resolve)
  })
  const actor = { name: 'admin', from: null }
  const started = await collections.startCollection({ trigger: 'api', actor, dryRun: true })
  await over
  while (collections.runningJob() !== null) await new Promise((resolve) => setTimeout(resolve))
  const job = started.ok ? await state.jobs.find(started.value.job.id) : null
  const names: Readonly<Record<string, string>> = {
    preview: (previewed.json as { previewID: string }).previewID,
    job: job?.id ?? '',
    plan: dryRunCodec.readResult(job?.result)?.planID ?? '',
    entry: deleted.headers.get('Jetsam-Trash-Entry') ?? '',
    token: (await api.tokenOf('reader', { name: 'of the reader' })).id,
  }
  const call = async (line: string, caller: CallerName, body: unknown) => {
    const client = isToken(caller)
      ? (await api.tokenOf(tokens[caller].owner, tokens[caller])).client
      : api.as(caller)
    const [method = '', path = ''] = line.split(' ')
    const named = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => names[name] ?? '')
    const { status } = await client.ask(
      method,
      `/api/v0${named}`,
      body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } },
    )
    return status
  }
  const close = async () => {
    await api.services.jobs.shutdown()
  }
  return { call, failures: api.failures, close }
}

type Prepared = Awaited<ReturnType<typeof prepare>>

test.each(table.map((row) => ({ row })))(
  '$row.0 answers each caller with the listed status',
  async ({ row }) => {
    const [line, expected, body] = row
    const statuses: number[] = []
    let prepared: Prepared | null = null
    for (const caller of callers) {
      prepared ??= await prepare()
      const status = await prepared.call(line, caller, body)
      statuses.push(status)
      expect(prepared.failures).toEqual([])
      // Who is refused, or reads, changes nothing, and leaves all to the next one.
      if (status >= 400 || /^(GET|HEAD) /.test(line)) continue
      await prepared.close()
      prepared = null
    }
    await prepared?.close()
    expect(Object.fromEntries(callers.map((caller, at) => [caller, statuses[at]]))).toEqual(
      Object.fromEntries(callers.map((caller, at) => [caller, expected[at]])),
    )
  },
)

const calls: readonly Call[] = Object.values(allCalls)

test('every call of the contract has its expectation', () => {
  const lines = table.map(([line]) => line)
  expect(calls.length).toBeGreaterThan(40)
  expect(otherCalls(calls, lines).map(({ endpoint }) => endpoint.name)).toEqual([])
  const unknown = lines.filter((line) => callOfLine(calls, line) === undefined)
  expect(unknown).toEqual([`HEAD ${app}`, 'GET /nothing'])
})
