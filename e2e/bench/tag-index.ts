import { setImmediate } from 'node:timers/promises'
import { basic } from '../clients.ts'
import type { ServerProcess } from '../server-process.ts'
import { hugeRepository } from './dashboard-hosts.ts'
import { median, progress } from './measure.ts'
import { registryClient, smallImage } from './registry-traffic.ts'
import type { Figure } from './report.ts'

async function msOf(act: () => Promise<Response>): Promise<number> {
  const startedAt = performance.now()
  const answer = await act()
  await answer.text()
  if (!answer.ok) throw new Error(`${answer.url} answered ${answer.status}`)
  return performance.now() - startedAt
}

const mostFreedFirst = (): string => 'sort=-exclusiveSize'

/**
 * How long the server takes to answer for the tags of a large repository: at first, then
 * repeatedly, and right after an image was pushed or deleted.
 */
export async function benchTagIndex(
  { origin }: ServerProcess,
  tagCount: number,
  runs: number,
): Promise<Figure[]> {
  const work = `answers for ${tagCount.toLocaleString('en')} tags on disk`
  const headers = { Authorization: basic }
  const tags = `${origin}/api/v0/repositories/${hugeRepository}/tags?count=true&pageSize=50`

  const ask = (query: string): Promise<number> => msOf(() => fetch(`${tags}&${query}`, { headers }))

  /** The median over the rounds; `before` is not timed. */
  async function figure(
    name: string,
    query: (round: number) => string,
    before: (round: number) => Promise<unknown> = () => setImmediate(),
  ): Promise<Figure> {
    const values: number[] = []
    for (let round = 0; round < runs; round += 1) {
      await before(round)
      values.push(await ask(query(round)))
    }
    progress(`${work}: ${name}: ${Math.round(median(values))} ms`)
    return { work, name, value: median(values), unit: 'ms' }
  }

  const first = { work, name: 'first one after the start', value: await ask(''), unit: 'ms' }
  // Each order is sorted at its first request.
  for (const sort of ['name', '-exclusiveSize', '-updatedAt']) await ask(`sort=${sort}`)
  const client = registryClient(origin)
  return [
    first,
    await figure('first page', () => ''),
    await figure('a filter', (round) => `filter=${1234 + round}`),
    await figure('sorted by what deleting frees', mostFreedFirst),
    await figure('the same, after a push', mostFreedFirst, (round) =>
      client.pushImage(hugeRepository, smallImage(5_000_000 + round), `pushed-${round}`),
    ),
    await figure('the same, after a deletion', mostFreedFirst, (round) =>
      msOf(() =>
        fetch(`${origin}/v2/${hugeRepository}/manifests/pushed-${round}`, {
          method: 'DELETE',
          headers,
        }),
      ),
    ),
  ]
}
