import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import type { TinyManifest } from '#testing/builders/tiny-image.ts'
import { jetsam } from '../clients.ts'
import { makeFolder, type ServerProcess } from '../server-process.ts'
import type { ServerAt } from './api-client.ts'
import { eligible, planned } from './both-collectors.ts'
import { actAtRandom } from './fire/act-at-random.ts'
import { setAlarms } from './fire/alarms.ts'
import { ageAlways, collectAlways, setOnFire, untilTrue, type Burning } from './fire/burning.ts'
import { call } from './fire/calls.ts'
import { look, makeFamily, perform, takenAndSent, type Family, type Fire } from './fire/clients.ts'
import { constructed, createDisasters } from './fire/disasters.ts'
import { randomOf } from './fire/random.ts'
import { blobsOf, blobsOnDisk, startSeveral } from './several-world.ts'

/**
 * Three servers on one folder and one PostgreSQL, under clients that do everything at once, while
 * collections run back to back and servers are killed and frozen, and the database goes away. What
 * must be covered is made to happen. `SCALE_MINUTES` goes on for longer, `FIRE_SEED` chooses alike.
 */

const minutes = Number(process.env.SCALE_MINUTES ?? 0)
const seed = Number(process.env.FIRE_SEED ?? Date.now() % 1_000_000)
const clients = 4
const repositories = ['team/one', 'team/two', 'team/three', 'other/four', 'other/five']
const familiesInEach = 3

test.describe.configure({ timeout: (15 + 2 * minutes) * 60_000 })

const say = (text: string): void => console.log(`${new Date().toISOString().slice(11, 19)} ${text}`)

const reportOf = ({ counts }: Fire): string =>
  [...counts]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([what, times]) => `  ${times} ${what}`)
    .join('\n')

/** All that befalls them, once; what was asked for in `minutes` is filled with more of it. */
async function burn(burning: Burning, families: Family[], isEnough: () => boolean): Promise<void> {
  const random = randomOf(seed)
  const { several } = burning
  const alarms = await setAlarms(several.database)
  const disasters = createDisasters(burning, alarms, repositories, random.fork())
  let isOver = false
  const going = [
    ...Array.from({ length: clients }, () =>
      actAtRandom(burning, families, random.fork(), () => isOver),
    ),
    collectAlways(burning, random.fork(), () => isOver),
    ageAlways(burning, () => isOver),
  ]
  const everyDisaster = async () => {
    const named = Object.entries({
      pushWhatIsCondemned: disasters.pushWhatIsCondemned,
      killWhileRemoving: disasters.killWhileRemoving,
      freezeAmidPush: () => disasters.freezeAmidPush(disasters.killAmidDeletion),
      restartDatabase: disasters.restartDatabase,
      cutWhileRemoving: disasters.cutWhileRemoving,
      killAtAnyTime: disasters.killAtAnyTime,
    })
    for (const [name, happen] of named) {
      say(name)
      await happen()
    }
  }
  const failing = Promise.all(going)
  try {
    do await Promise.race([everyDisaster(), failing])
    while (!isEnough() && burning.faults.length === 0)
    // Only clients that do anything at any time make this happen, sooner or later.
    const isMet = () => burning.counts.has(takenAndSent) || burning.faults.length > 0
    await Promise.race([untilTrue(takenAndSent, isMet, 300_000), failing])
  } finally {
    isOver = true
    await failing.catch(() => {})
    families.push(...disasters.families)
  }
  await alarms.close()
}

/** Collects to the end, however long that takes. */
async function collectWhole(burning: Burning, server: ServerProcess): Promise<void> {
  const started = await burning.startCollection(server)
  const job = started && (await burning.whenEnded(started))
  expect(job).toMatchObject({ status: 'done', error: null })
  const { tags, wholeTags } = job?.result?.verification ?? {}
  expect(wholeTags).toBe(tags)
}

/** Everything that must be there is there, whole, and nothing else. */
async function expectWhole(burning: Burning, families: readonly Family[]): Promise<void> {
  const { several, faults } = burning
  const { servers, storageFolder } = several
  // What had no answer has happened when its server has ended, or never will.
  for (const server of servers) {
    burning.giveUp(server)
    expect(await server.stop()).toBe(0)
    await burning.restart(server)
  }
  const [first] = servers
  if (!first) throw new Error('no servers')
  await burning.setMode('reject-pushes')
  await several.timePasses()
  await collectWhole(burning, first)
  let turn = 0
  for (const family of families) {
    for (const reference of [...family.tags, ...family.images.map(({ digest }) => digest)]) {
      const server = servers[(turn += 1) % servers.length] ?? first
      expect(await look(burning, server, family, reference)).toBe(true)
    }
  }
  expect(faults).toEqual([])
  const kept = await imagesIn(first, families)
  say(`${kept.length} images are left of ${families.length * 3}`)
  await expect
    .poll(async () => (await collectWhole(burning, first), await blobsOnDisk(storageFolder)), {
      timeout: 120_000,
    })
    .toEqual(blobsOf(kept))
}

/** The images that are there. */
async function imagesIn(server: ServerAt, families: readonly Family[]): Promise<TinyManifest[]> {
  const there: TinyManifest[] = []
  for (const { repository, images } of families) {
    for (const image of images) {
      const told = await call(server, 'HEAD', `/v2/${repository}/manifests/${image.digest}`)
      if (told?.status === 200) there.push(image)
    }
  }
  return there
}

test('three servers under fire lose nothing', async () => {
  say(`FIRE_SEED=${seed}`)
  const several = await startSeveral(3)
  const folder = await makeFolder()
  const burning = setOnFire(several)
  const random = randomOf(seed + 1)
  const families = repositories.flatMap((repository) =>
    Array.from({ length: familiesInEach }, (_, at) => makeFamily(repository, `f${at}`, random)),
  )
  const startedAt = Date.now()
  try {
    await burn(burning, families, () => Date.now() - startedAt >= minutes * 60_000)
    say(`burned for ${Math.round((Date.now() - startedAt) / 1000)} s`)
    expect(burning.faults).toEqual([])
    for (const what of [...Object.values(constructed), takenAndSent]) {
      expect(burning.counts.get(what) ?? 0, what).toBeGreaterThan(0)
    }
    await expectWhole(burning, families)
    for (const server of several.servers) {
      burning.giveUp(server)
      expect(await server.stop()).toBe(0)
    }
    const output = several.everyServer.map((server) => server.output()).join('\n')
    expect(output).not.toMatch(/^ {4}at |unhandled|INTERNAL/im)
    await jetsam('verify', '--storage', several.storageFolder, '--full')
    expect(await planned(several.storageFolder)).toEqual([])
    expect(await eligible(several.storageFolder, folder.path)).toEqual([])
  } finally {
    say(reportOf(burning))
    for (const one of burning.faults) say(one)
    for (const server of several.everyServer) {
      burning.giveUp(server)
      await server.kill()
    }
    await several.database.postgres.start()
    await several.end()
    await folder.remove()
  }
})

test('a layer that is taken by hand is found', async () => {
  const several = await startSeveral(1)
  const burning = setOnFire(several)
  try {
    const random = randomOf(seed)
    const family = makeFamily('team/one', 'f', random)
    const [image, other] = family.images
    if (!image || !other) throw new Error('a family without images')
    const push = { kind: 'push', digest: image.digest, tag: family.tags[0] ?? '' } as const
    await untilTrue('it is pushed', async () => {
      const outcome = await perform(burning, family, push, random)
      family.book.record([{ act: push, outcome }])
      return outcome === 'happened'
    })
    const [server] = several.servers
    if (!server) throw new Error('no servers')
    expect(await look(burning, server, family, push.tag)).toBe(true)
    expect(burning.faults).toEqual([])
    const [layer] = image.blobs.toReversed()
    const hex = layer?.digest.slice('sha256:'.length) ?? ''
    const blobs = join(several.storageFolder, 'docker/registry/v2/blobs/sha256')
    await rm(join(blobs, hex.slice(0, 2), hex), { recursive: true })
    expect(await look(burning, server, family, push.tag)).toBe(true)
    expect(burning.faults).toEqual([expect.stringContaining(`${layer?.digest} of ${image.digest}`)])
  } finally {
    for (const server of several.servers) burning.giveUp(server)
    await several.end()
  }
})
