import type { PushMode } from '#domain/policy/collection-policy.ts'
import { expect, test } from '@playwright/test'
import { beginSlowUpload, makeImages, pull, push } from '../clients.ts'
import { makeFolder, startServer, type ServerProcess } from '../server-process.ts'
import { ask, collect, ended, inPhase, startCollection } from './api-client.ts'

/**
 * skopeo pushes and pulls all the time while collections run back to back and images are deleted
 * whose layers the pushes need.
 */

const reason = 'garbage collection is running, pushes are rejected until it finishes'
const names = ['one', 'two', 'three', 'four'] as const
const writers = 2
/** How long everything runs at once, in milliseconds. `SCALE_MINUTES` goes on for longer. */
const lastsMs = Number(process.env.SCALE_MINUTES ?? 0) * 60_000 || 25_000
/** Collections that certainly keep a push out, because another one may finish first. */
const rounds = 3

test.describe.configure({ timeout: 900_000 })

interface World {
  readonly server: ServerProcess
  readonly folder: string
  readonly layout: string
  /** Each image's digest, by name: from an undisturbed push. */
  readonly digests: ReadonlyMap<string, string>
}

async function inWorld(
  whileCollecting: PushMode,
  act: (world: World) => Promise<void>,
): Promise<void> {
  const folder = await makeFolder()
  const layout = await makeImages(folder.path, names)
  const server = await startServer(folder.path)
  try {
    const policy = await ask<object>(server, 'GET', '/garbage-collection/policy')
    const changed = { ...policy.body, whileCollecting, trashRetentionHours: 0 }
    expect((await ask(server, 'PUT', '/garbage-collection/policy', changed)).status).toBe(200)
    const digests = new Map<string, string>()
    for (const name of names) {
      await push(layout, name, `${server.registryHost}/base/${name}:1`)
      digests.set(name, await pull(`${server.registryHost}/base/${name}:1`, folder.path))
    }
    // The base layer stays, each image's own layer becomes garbage: pushes bring it back.
    for (const name of names.slice(1)) {
      expect((await ask(server, 'DELETE', `/repositories/base/${name}/manifests/1`)).status).toBe(
        204,
      )
    }
    await act({ server, folder: folder.path, layout, digests })
  } finally {
    await server.stop()
    await folder.remove()
  }
}

interface Pushed {
  readonly name: string
  readonly repository: string
  /** What the client printed when it was refused; null: it exited with 0. */
  readonly complaint: string | null
}

async function tryPush({ layout, server }: World, name: string, to: string): Promise<Pushed> {
  const complaint = await push(layout, name, `${server.registryHost}/${to}:1`).then(
    () => null,
    (error: unknown) => String(error),
  )
  return { name, repository: to, complaint }
}

/** One client after the other; it sometimes deletes what it pushed before. */
async function writer(world: World, number: number, over: AbortSignal): Promise<Pushed[]> {
  const outcomes: Pushed[] = []
  let done = 0
  for (let turn = 0; !over.aborted; turn += 1) {
    const name = names[(done + number) % names.length] ?? 'one'
    const outcome = await tryPush(world, name, `writer${number}/turn${turn}`)
    if (outcome.complaint === null) done += 1
    if (outcome.complaint === null && done % 3 === 0) {
      const path = `/repositories/${outcome.repository}/manifests/1`
      expect((await ask(world.server, 'DELETE', path)).status).toBe(204)
    } else outcomes.push(outcome)
  }
  return outcomes
}

/** Everything at once, repeatedly. */
async function everythingAtOnce(world: World): Promise<Pushed[]> {
  const { server, folder, digests } = world
  const end = new AbortController()
  const over = end.signal
  const ending = setTimeout(() => end.abort(), lastsMs)
  /** The first failure ends the others, which must not run beside the next test. */
  async function orEndAll<T>(acting: Promise<T>): Promise<T> {
    try {
      return await acting
    } finally {
      end.abort()
    }
  }
  async function untilOver(act: () => Promise<unknown>): Promise<number> {
    let times = 0
    for (; !over.aborted; times += 1) await act()
    return times
  }
  const writing = Array.from({ length: writers }, (_, number) =>
    orEndAll(writer(world, number, over)),
  )
  const collecting = orEndAll(untilOver(() => collect(server)))
  const pulling = orEndAll(
    untilOver(async () => {
      const digest = await pull(`${server.registryHost}/base/one:1`, folder)
      expect(digest).toBe(digests.get('one'))
    }),
  )
  await Promise.allSettled([...writing, collecting, pulling])
  clearTimeout(ending)
  const pushed = (await Promise.all(writing)).flat()
  const [collections, pulls] = await Promise.all([collecting, pulling])
  // Back to back all the time, not a single one by chance.
  expect(collections).toBeGreaterThan(3)
  expect(pulls).toBeGreaterThan(3)
  expect(pushed.length).toBeGreaterThan(3)
  const refused = pushed.filter(({ complaint }) => complaint !== null).length
  test.info().annotations.push({
    type: 'under collection',
    description: `${collections} collections, ${pulls} pulls, ${pushed.length - refused} pushes kept, ${refused} refused`,
  })
  return pushed
}

/** Garbage for the next collection: without it, it does not close the gate. */
async function makeGarbage(world: World, round: number): Promise<void> {
  const repository = `garbage/round${round}`
  expect((await tryPush(world, 'three', repository)).complaint).toBeNull()
  const deleted = await ask(world.server, 'DELETE', `/repositories/${repository}/manifests/1`)
  expect(deleted.status).toBe(204)
}

/** Every acknowledged push is whole, with the pushed bytes. */
async function expectWhole({ server, folder, digests }: World, pushed: Pushed[]): Promise<void> {
  const kept = pushed.filter(({ complaint }) => complaint === null)
  expect(kept.length).toBeGreaterThan(0)
  for (const { name, repository } of kept) {
    const digest = await pull(`${server.registryHost}/${repository}:1`, folder)
    expect(digest, repository).toBe(digests.get(name))
  }
}

test('reject-pushes: acknowledged pushes are whole, refused ones say why, pulls continue', async () => {
  await inWorld('reject-pushes', async (world) => {
    const { server, folder, digests } = world
    const pushed = await everythingAtOnce(world)
    for (let round = 0; round < rounds; round += 1) {
      await makeGarbage(world, round)
      const upload = await beginSlowUpload(server, 'base/slow')
      const job = await startCollection(server)
      await inPhase(server, job, 'waiting for pushes')
      const refused = await tryPush(world, 'two', `refused/round${round}`)
      expect(refused.complaint).toContain(reason)
      expect(await pull(`${server.registryHost}/base/one:1`, folder)).toBe(digests.get('one'))
      expect(await upload.end()).toBe(202)
      expect(await ended(server, job)).toMatchObject({ status: 'done' })
      const again = await tryPush(world, 'two', `refused/round${round}`)
      expect(again.complaint).toBeNull()
      pushed.push(again)
    }
    for (const { complaint } of pushed) if (complaint !== null) expect(complaint).toContain(reason)
    expect(pushed.some(({ complaint }) => complaint === null)).toBe(true)
    await collect(server)
    await expectWhole(world, pushed)
  })
})

test('hold-pushes: every push waits and succeeds, and is whole', async () => {
  await inWorld('hold-pushes', async (world) => {
    const { server, folder, digests } = world
    const pushed = await everythingAtOnce(world)
    for (let round = 0; round < rounds; round += 1) {
      await makeGarbage(world, round)
      const upload = await beginSlowUpload(server, 'base/slow')
      const job = await startCollection(server)
      await inPhase(server, job, 'waiting for pushes')
      const waiting = tryPush(world, 'two', `held/round${round}`)
      expect(await pull(`${server.registryHost}/base/one:1`, folder)).toBe(digests.get('one'))
      expect(await upload.end()).toBe(202)
      expect(await ended(server, job)).toMatchObject({ status: 'done' })
      pushed.push(await waiting)
    }
    expect(pushed.filter(({ complaint }) => complaint !== null)).toEqual([])
    await collect(server)
    await expectWhole(world, pushed)
  })
})

test('accept-pushes: every push succeeds at once, and is whole; pulls continue', async () => {
  await inWorld('accept-pushes', async (world) => {
    const { server } = world
    const pushed = await everythingAtOnce(world)
    for (let round = 0; round < rounds; round += 1) {
      await makeGarbage(world, round)
      // A collection does not wait for a push under way, which continues afterwards.
      const upload = await beginSlowUpload(server, 'base/slow')
      const job = await startCollection(server)
      pushed.push(await tryPush(world, 'three', `accepted/round${round}`))
      expect(await ended(server, job)).toMatchObject({
        status: 'done',
        result: { gateClosedMs: 0 },
      })
      expect(await upload.end()).toBe(202)
    }
    expect(pushed.filter(({ complaint }) => complaint !== null)).toEqual([])
    await collect(server)
    await expectWhole(world, pushed)
  })
})
