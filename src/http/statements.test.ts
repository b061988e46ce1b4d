import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCoordination } from '#adapters/postgres/coordination/open-coordination.ts'
import { openPostgresState } from '#adapters/postgres/postgres-state.ts'
import { contentOf, tinyImage } from '#testing/builders/tiny-image.ts'
import { createTestApi, type TestApi } from '#testing/builders/test-api.ts'
import { countStatements, type StatementCounts } from '#testing/postgres/counting-statements.ts'
import { findPostgres } from '#testing/postgres/find-postgres.ts'
import {
  startThrowawayPostgres,
  type ThrowawayPostgres,
} from '#testing/postgres/throwaway-postgres.ts'

/**
 * The cost of each act of a client, in statements that are sent to PostgreSQL one after the other.
 * Each number is an upper limit: an act that needs more has become more expensive and must be
 * repaired; if it needs fewer, lower the number here.
 */
const ceilings = `
                                one server  one of several, to agree
push of one layer                        3                         0
push of an image of two layers          14                        15
push of it under another tag            14                        15
look for a manifest                      1                         2
pull of a manifest                       1                         0
pull of a layer                          1                         0
`

const image = tinyImage({ layers: ['base', 'app'] })
const layer = contentOf('app')

/** Each after the one before it. */
const acts: readonly (readonly [name: string, act: (api: TestApi) => Promise<unknown>])[] = [
  ['push of one layer', (api) => api.as('writer').pushBlob('team/app', layer)],
  ['push of an image of two layers', (api) => api.as('writer').pushImage('team/app', image, '1')],
  ['push of it under another tag', (api) => api.as('writer').pushImage('team/app', image, '2')],
  ['look for a manifest', (api) => api.as('writer').ask('HEAD', '/v2/team/app/manifests/2')],
  ['pull of a manifest', (api) => api.as('reader').ask('GET', '/v2/team/app/manifests/2')],
  ['pull of a layer', (api) => api.as('reader').ask('GET', `/v2/team/app/blobs/${layer.digest}`)],
]

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const clocks = { monotonicMs: () => performance.now(), wallMs: () => Date.now() }
const times = { lapseMs: 60_000, marginMs: 0, storeMs: 60_000, listingMs: 60_000, lagMs: 60_000 }

describe.skipIf(findPostgres() === null)('what a client does', () => {
  let postgres: ThrowawayPostgres
  beforeAll(async () => {
    postgres = await startThrowawayPostgres()
  })
  afterAll(() => postgres.remove())

  async function countedOn(
    open: (url: string) => Promise<{ api: TestApi; close(): Promise<void> }>,
  ): Promise<readonly StatementCounts[]> {
    const counting = countStatements()
    const { api, close } = await open(await postgres.newURL())
    try {
      // The first of each kind, which knows nothing.
      await api.as('writer').pushImage('team/app', tinyImage({ layers: ['first'] }), 'first')
      await api.as('reader').ask('GET', '/v2/team/app/manifests/first')
      counting.take()
      const counts: StatementCounts[] = []
      for (const [, act] of acts) {
        await act(api)
        counts.push(counting.take())
      }
      return counts
    } finally {
      counting.stop()
      await close()
    }
  }

  test('sends no more statements than listed', async () => {
    const alone = await countedOn(async (url) => {
      const state = await openPostgresState(url)
      return { api: await createTestApi({ state }), close: () => state.close() }
    })
    const amongOthers = await countedOn(async (url) => {
      const state = await openPostgresState(url)
      const coordination = await openCoordination(url, {
        name: 'this server',
        clocks,
        times,
        clock: { nowMs: () => Date.now() },
        wait,
        fence: {
          name: randomUUID(),
          extend() {},
          take: async () => {},
          hasEnded: async () => false,
        },
        onCountedOut() {},
      })
      const shared = { state, feed: coordination.feed }
      const api = await createTestApi({ shared, coordination })
      const close = async () => {
        await coordination.close()
        await state.close()
      }
      return { api, close }
    })
    const columns = ['one server', 'one of several, to agree']
    const cells = acts.map(([name], at) => {
      // Of the state, both ask the same.
      expect(amongOthers[at]?.state, name).toBe(alone[at]?.state)
      return [name, String(alone[at]?.state), String(amongOthers[at]?.agreement)]
    })
    const rows = [['', ...columns], ...cells]
    const width = Math.max(...cells.map(([name = '']) => name.length))
    const table = rows.map(([name = '', ...counts]) =>
      [
        name.padEnd(width),
        ...counts.map((count, at) => count.padStart((columns[at]?.length ?? 0) + 2)),
      ].join(''),
    )
    expect(table.join('\n')).toBe(ceilings.trimEnd().slice(1))
  })
})
