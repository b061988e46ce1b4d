import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { basic } from '../clients.ts'
import { startServer, type ServerProcess } from '../server-process.ts'
import { ask } from '../server-only/api-client.ts'
import { median, progress } from './measure.ts'
import { costOf } from './process-cost.ts'
import { inParallel, registryClient, smallImage } from './registry-traffic.ts'
import type { Figure } from './report.ts'

const repository = 'bench/pulled'
/** Each is pulled as often as the others, so that many rows are stored. */
const tags = 500
const atOnce = 8
const userAgent = 'jetsam-bench'
/** A server stores counts each ten seconds: what it does then belongs to the pulls before. */
const storedWithinMs = 11_000

interface Turn {
  readonly perSecond: number
  readonly processorMs: number
}

const tagOf = (number: number): string => `v${number % tags}`

/** A server with images; without recording, this client is a scanner to it. */
async function openServer(folder: string, records: boolean): Promise<ServerProcess> {
  const server = await startServer(folder, { JETSAM_SAMPLES: '0' })
  const client = registryClient(server.origin)
  await inParallel(tags, atOnce, (number) =>
    client.pushImage(repository, smallImage(number), tagOf(number)),
  )
  const settings = {
    approveFirst: true,
    maximumShare: 50,
    maximumImages: 1000,
    beforeCollections: false,
    pulls: { headCounts: true, ignoredAccounts: [], ignoredUserAgents: records ? [] : [userAgent] },
  }
  const changed = await ask(server, 'PUT', '/retention/settings', settings)
  if (changed.status !== 200) throw new Error(JSON.stringify(changed.body))
  return server
}

/** Pulls a manifest by its tag, over connections that stay. */
function pull(agent: Agent, origin: string, tag: string): Promise<void> {
  const headers = {
    Authorization: basic,
    Accept: 'application/vnd.oci.image.manifest.v1+json',
    'User-Agent': userAgent,
  }
  return new Promise((resolve, reject) => {
    const url = new URL(`/v2/${repository}/manifests/${tag}`, origin)
    const asked = request(url, { agent, headers }, (answer) => {
      answer.resume()
      answer.once('end', () => {
        if (answer.statusCode === 200) resolve()
        else reject(new Error(`${url.href} answered ${answer.statusCode}`))
      })
    })
    asked.once('error', reject)
    asked.end()
  })
}

async function takeTurn({ origin, processId }: ServerProcess, pulls: number): Promise<Turn> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce })
  let seconds = 0
  const { cpuSeconds } = await costOf(processId, async () => {
    const startedAt = performance.now()
    await inParallel(pulls, atOnce, (number) => pull(agent, origin, tagOf(number)))
    seconds = (performance.now() - startedAt) / 1000
    await wait(storedWithinMs)
  })
  agent.destroy()
  return { perSecond: pulls / seconds, processorMs: ((cpuSeconds ?? Number.NaN) * 1000) / pulls }
}

/** What it costs to record who pulls what: two servers in turn, one of which records nothing. */
export async function benchRecordedPulls(
  scratch: string,
  pulls: number,
  runs: number,
): Promise<readonly Figure[]> {
  const work = `pulls of manifests, ${atOnce} at once`
  const servers = {
    'not recorded': await openServer(join(scratch, 'pulls-unrecorded'), false),
    recorded: await openServer(join(scratch, 'pulls-recorded'), true),
  }
  try {
    const turns: Record<keyof typeof servers, Turn[]> = { 'not recorded': [], recorded: [] }
    const names = Object.keys(servers) as (keyof typeof servers)[]
    // The first round warms up both.
    for (let round = 0; round <= runs; round += 1) {
      for (const name of names) {
        const turn = await takeTurn(servers[name], pulls)
        progress(`${name}: ${turn.perSecond.toFixed(0)}/s, ${turn.processorMs.toFixed(3)} ms each`)
        if (round > 0) turns[name].push(turn)
      }
    }
    const figuresOf = (name: keyof typeof servers): readonly Figure[] => [
      { work, name, value: median(turns[name].map((turn) => turn.perSecond)), unit: 'pulls/s' },
      {
        work,
        name: `${name}, processor time each`,
        value: median(turns[name].map((turn) => turn.processorMs)),
        unit: 'ms',
      },
    ]
    const more = turns.recorded.map(
      ({ processorMs }, round) => processorMs - (turns['not recorded'][round]?.processorMs ?? 0),
    )
    return [
      ...names.flatMap(figuresOf),
      { work, name: 'more for recording, round by round', value: median(more), unit: 'ms' },
    ]
  } finally {
    await Promise.all(Object.values(servers).map((server) => server.stop()))
  }
}
