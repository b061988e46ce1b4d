import type { Call } from '#contract/endpoints/call.ts'
import { contentOf } from '#testing/builders/tiny-image.ts'
import { beforeAll, expect, test } from 'vitest'
import type { TestPerson } from '#testing/builders/test-api.ts'
import { allCalls } from '#contract/endpoints/areas.ts'
import { fill, images, openWorld, type World } from '#testing/answer-snapshots/world.ts'
import { readableExchange, withoutChance } from '#testing/answer-snapshots/write-answer.ts'
import { createAnswerCheck } from '#testing/openapi/documented-answers.ts'
import { exampleLine, exampleValues, otherCalls } from '#testing/openapi/examples.ts'

/**
 * What clients and scripts read from a registry in which a bit of everything has happened. A change
 * of these files is a change that people outside can see: run with `-u` only if it is intended.
 */

type Caller = TestPerson | null
type Question = readonly [line: string, as?: Caller, headers?: Readonly<Record<string, string>>]

const { index, amd64, single, deleted, gone, secret, sbom } = images
const base = contentOf('base').digest
const lost = contentOf('a layer that is lost').digest
const app = '/api/v0/repositories/team/app'
const settings = '/api/v0/admin/settings/registry/garbageCollection'

/** `{plan}` and the like stand for ids. */
const ofV0: readonly Question[] = [
  ['GET /api/v0/session'],
  ['GET /api/v0/session', 'reader'],
  ['GET /api/v0/setup'],
  ['GET /api/v0/setup', 'reader'],
  ['GET /api/v0/search?query=app'],
  ['GET /api/v0/search?query=1.0&limit=1', 'reader'],
  ['GET /api/v0/repositories'],
  ['GET /api/v0/repositories', 'reader'],
  ['GET /api/v0/repositories', 'stranger'],
  ['GET /api/v0/repositories?pageSize=2&count=true&sort=-size'],
  ['GET /api/v0/repositories/team'],
  [`GET ${app}`],
  ['GET /api/v0/repositories/team/bare'],
  [`GET ${app}/tags`],
  [`GET ${app}/tags?pageSize=1&count=true`, 'reader'],
  [`GET ${app}/tags?filter=1.&includeManifests=true`],
  ['GET /api/v0/repositories/team/broken/tags'],
  [`GET ${app}/tags/1.0`],
  [`GET ${app}/tags/2.0`, 'reader'],
  [`GET ${app}/tags/${amd64.digest}`],
  [`GET ${app}/tags/${sbom.digest}`],
  ['GET /api/v0/repositories/team/broken/tags/1.0'],
  [`GET ${app}/layer-map`],
  ['GET /api/v0/trash'],
  ['GET /api/v0/trash?pageSize=1&count=true', 'reader'],
  ['GET /api/v0/jobs'],
  ['GET /api/v0/jobs?running=false&limit=1&count=true', 'reader'],
  ['GET /api/v0/jobs?kind=verification'],
  ['GET /api/v0/jobs?kind=verification', 'reader'],
  ['GET /api/v0/jobs/{verification}/logs'],
  ['GET /api/v0/jobs/{collection}'],
  ['GET /api/v0/jobs/{dryRun}', 'reader'],
  ['GET /api/v0/jobs/{collection}/logs'],
  ['GET /api/v0/jobs/{dryRun}/logs?offset=1&limit=1'],
  [`GET ${settings}/schedule`],
  [`GET ${settings}/schedule/preview?schedule=4+*+*+6`],
  [`GET ${settings}/lastSavings`],
  [`GET ${settings}/lastSavings`, 'stranger'],
  ['GET /api/v0/garbage-collection/reclaimable'],
  ['GET /api/v0/garbage-collection/reclaimable', 'stranger'],
  ['GET /api/v0/garbage-collection/plan/{plan}'],
  ['GET /api/v0/garbage-collection/savings'],
  [`GET /api/v0/garbage-collection/explain/${base}`],
  [`GET /api/v0/garbage-collection/explain/${sbom.digest}`],
  [`GET /api/v0/garbage-collection/explain/${deleted.digest}`],
  ['GET /api/v0/garbage-collection/verification'],
  ['GET /api/v0/garbage-collection/policy'],
  ['GET /api/v0/accounts'],
  ['GET /api/v0/accounts/reader'],
  ['GET /api/v0/accounts/reader/access'],
  ['GET /api/v0/accounts/reader/accessTokens', 'reader'],
  ['GET /api/v0/accessTokens'],
  ['GET /api/v0/anonymous/access'],
  ['GET /api/v0/activity?pageSize=100'],
  ['GET /api/v0/activity?pageSize=2&count=true&kind=image+deleted', 'reader'],
  [`HEAD ${app}/tags`],
]

/**
 * Every GET of /api/v0: one that is not asked above is asked as the example of its call says. The
 * document of the API is recorded in `docs/api.md`, in a form for people.
 */
const allOfV0: readonly Question[] = [
  ...ofV0,
  ...otherCalls(
    Object.values<Call>(allCalls).filter(({ endpoint }) => endpoint.method === 'GET'),
    [...ofV0.map(([line]) => line), 'GET /openapi.json'],
  ).map((call): Question => [exampleLine(call)]),
]

const v2 = '/v2/team/app'

const ofV2: readonly Question[] = [
  ['GET /v2/'],
  ['GET /v2/token?service=registry.test&scope=repository:team/app:pull,push', 'reader'],
  ['GET /v2/token?scope=repository:library/base:pull', null],
  ['GET /v2/_catalog'],
  ['GET /v2/_catalog?n=2', 'reader'],
  [`GET ${v2}/tags/list`],
  [`GET ${v2}/tags/list?n=1`],
  [`GET ${v2}/tags/list?n=1&last=1.0`],
  [`GET ${v2}/manifests/1.0`],
  [`GET ${v2}/manifests/${single.digest}`],
  [`HEAD ${v2}/manifests/1.0`],
  [`GET ${v2}/manifests/1.0`, 'admin', { 'If-None-Match': `"${index.digest}"` }],
  ['GET /v2/library/base/manifests/12', null],
  [`GET ${v2}/blobs/${base}`],
  [`HEAD ${v2}/blobs/${base}`],
  [`GET ${v2}/blobs/${base}`, 'admin', { Range: 'bytes=1-2' }],
  [`GET ${v2}/blobs/${base}`, 'admin', { 'If-None-Match': `"${base}"` }],
  [`GET ${v2}/referrers/${index.digest}`],
  [`GET ${v2}/referrers/${index.digest}?artifactType=none`],
  [`GET ${v2}/referrers/${gone.digest}`],
  [`GET /v2/team/broken/blobs/${lost}`],
  [`GET /v2/secret/app/manifests/${secret.digest}`, 'reader'],
  ['GET /healthz', null],
]

let world: World
let ids: Readonly<Record<string, string>>

beforeAll(async () => {
  world = await openWorld()
  const filled = await fill(world)
  ids = { ...filled, ...exampleValues(filled) }
})

const flawOf = createAnswerCheck()

async function answersTo(questions: readonly Question[]): Promise<string> {
  const written: string[] = []
  for (const [line, as = 'admin', headers = {}] of questions) {
    const path = line.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? '')
    const answer = await world.ask(as, path, undefined, headers)
    expect(flawOf(line, answer)).toBeNull()
    written.push(readableExchange({ line, as, headers }, answer))
  }
  return withoutChance(written.join('\n'))
}

test.each([
  ['reads-of-v0.txt', allOfV0],
  ['reads-of-v2.txt', ofV2],
])('reads are answered as in %s', async (file, questions) => {
  await expect(await answersTo(questions)).toMatchFileSnapshot(file)
  expect(world.api.failures).toEqual([])
})
