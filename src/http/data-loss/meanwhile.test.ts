import { describe, expect, it } from 'vitest'
import { tinyImage, type TinyManifest } from '#testing/builders/tiny-image.ts'
import type { FileTree } from '#adapters/filesystem/file-tree.ts'
import { openWorld, type World } from '#testing/data-loss/scenario.ts'

/** Each moment of a collection needs its own registry. */
const slowly = { timeout: 60_000 }

/** How people and clients can lose images by what they do while a collection runs. */

const kept = tinyImage({ layers: ['base', 'kept'] })
const old = tinyImage({ layers: ['base', 'old'] })
const refusal = 'garbage collection is running, pushes are rejected until it finishes'

/**
 * Calls `act` just before the nth read of the storage. Returns a function that stops counting and
 * returns the number of reads.
 */
function beforeRead(world: World, nth: number, act: () => Promise<unknown>) {
  const { open, list } = world.api.storage
  let reads = 0
  let isCounting = true
  async function look(): Promise<void> {
    if (!isCounting) return
    reads += 1
    if (reads - 1 !== nth) return
    isCounting = false
    await act()
    isCounting = true
  }
  Object.assign(world.api.storage, {
    open: async (...words: Parameters<typeof open>) => (await look(), open(...words)),
    list: async (...words: Parameters<typeof list>) => (await look(), list(...words)),
  } satisfies Partial<FileTree>)
  return () => {
    isCounting = false
    return reads
  }
}

const head = async (world: World, path: string): Promise<number> =>
  (await world.admin.ask('HEAD', `/v2/team/app/${path}`)).status

/**
 * As containerd pushes an image that it has pushed before: only HEAD requests, then the manifest.
 */
async function pushByAsking(world: World, image: TinyManifest, tag: string) {
  for (const { digest } of image.blobs) expect(await head(world, `blobs/${digest}`)).toBe(200)
  return await world.admin.ask('PUT', `/v2/team/app/manifests/${tag}`, {
    headers: { 'Content-Type': image.mediaType },
    body: image.bytes,
  })
}

describe('pushing while a collection runs', () => {
  it('(b) a collected layer is absent at once, and the next push uploads it again', async () => {
    const world = await openWorld()
    await world.push('team/app', kept, 'kept')
    await world.push('team/app', old, 'old')
    for (const { digest } of old.blobs) expect(await head(world, `blobs/${digest}`)).toBe(200)
    await world.remove('team/app', 'old')
    await world.collect()
    const gone = old.blobs[2]?.digest
    expect(await head(world, `blobs/${gone}`)).toBe(404)
    expect((await world.admin.ask('GET', `/v2/team/app/blobs/${gone}`)).status).toBe(404)
    await world.push('team/app', old, 'again')
    expect(await world.holes('team/app', 'again')).toEqual([])
  })

  it(
    '(c) an acknowledged push is whole, if it came at any read of the collection',
    slowly,
    async () => {
      const statuses = new Set<number>()
      for (let nth = 0, reads = Infinity; nth < reads; nth += 1) {
        const world = await openWorld()
        await world.push('team/app', kept, 'kept')
        await world.push('team/app', old, 'old')
        await world.remove('team/app', 'old')
        const fresh = tinyImage({ layers: ['base', 'old', 'fresh'] })
        let complaint: string | null = null
        const count = beforeRead(world, nth, async () => {
          complaint = await world.push('team/app', fresh, 'fresh').then(() => null, String)
        })
        const { status } = await world.collect()
        reads = count()
        expect(status).toBe('done')
        statuses.add(complaint === null ? 201 : 405)
        if (complaint === null) expect(await world.holes('team/app', 'fresh')).toEqual([])
        else expect(complaint).toContain(refusal)
        expect(await world.holes('team/app', 'kept')).toEqual([])
      }
      expect(statuses).toContain(405)
    },
  )

  it("(c') a push that only asks for garbage layers is refused, and leaves no broken image", async () => {
    const statuses = new Set<number>()
    for (let nth = 0, reads = Infinity; nth < reads; nth += 1) {
      const world = await openWorld()
      await world.push('team/app', old, 'old')
      await world.remove('team/app', 'old')
      let status = 0
      const count = beforeRead(world, nth, async () => {
        const answers = await Promise.all(
          old.blobs.map(({ digest }) => head(world, `blobs/${digest}`)),
        )
        if (answers.some((answer) => answer !== 200)) return
        status = (await pushByAsking(world, old, 'again').catch(() => ({ status: 0 }))).status
      })
      await world.collect()
      reads = count()
      statuses.add(status)
      if (status === 201) expect(await world.holes('team/app', 'again')).toEqual([])
      // After the refusal the client asks again, gets the current state and uploads.
      await world.push('team/app', old, 'again')
      expect(await world.holes('team/app', 'again')).toEqual([])
    }
    expect(statuses).toContain(405)
  })

  it("(c') a manifest whose layers were removed after the client asked for them is refused, and the refusal names them", async () => {
    const world = await openWorld()
    await world.push('team/app', old, 'old')
    await world.remove('team/app', 'old')
    for (const { digest } of old.blobs) expect(await head(world, `blobs/${digest}`)).toBe(200)
    await world.collect()
    const answer = await world.admin.ask('PUT', '/v2/team/app/manifests/again', {
      headers: { 'Content-Type': old.mediaType },
      body: old.bytes,
    })
    expect(answer).toMatchObject({ status: 400, code: 'MANIFEST_BLOB_UNKNOWN' })
    expect(answer.text).toContain(old.blobs[2]?.digest)
  })

  it('(n) a collection waits for a push that has layers but no manifest yet', async () => {
    const world = await openWorld({
      // The wait for the push lets it continue.
      wait: async () => finish(),
    })
    let answer = 0
    async function finish(): Promise<void> {
      if (answer !== 0) return
      answer = -1
      answer = (await pushByAsking(world, old, 'old')).status
    }
    world.api.clock.advance(3_600_000)
    for (const blob of old.blobs) await world.admin.pushBlob('team/app', blob)
    const { status } = await world.collect({ afterHours: 0 })
    expect([status, answer]).toEqual(['done', 201])
    expect(await world.holes('team/app', 'old')).toEqual([])
  })

  it('(n) a push that never continues loses its layers, and then cannot commit its manifest', async () => {
    const world = await openWorld()
    for (const blob of old.blobs) await world.admin.pushBlob('team/app', blob)
    await world.collect()
    expect(world.isStored(old.blobs[2] ?? old)).toBe(false)
    const answer = await world.admin.ask('PUT', '/v2/team/app/manifests/old', {
      headers: { 'Content-Type': old.mediaType },
      body: old.bytes,
    })
    expect(answer).toMatchObject({ status: 400, code: 'MANIFEST_BLOB_UNKNOWN' })
    expect(await world.holes('team/app', 'old')).not.toEqual([])
  })
})

describe('deleting while a collection runs', () => {
  it('(f) a deletion at any read of the collection costs no other image of the repository', async () => {
    const others = ['1', '2', '3'].map((layer) => tinyImage({ layers: ['base', layer] }))
    let moments = 0
    for (let nth = 0, reads = Infinity; nth < reads; nth += 1) {
      const world = await openWorld()
      for (const [number, image] of others.entries()) {
        await world.push('team/app', image, `v${number}`)
      }
      await world.push('team/app', old, 'old')
      const count = beforeRead(world, nth, async () => {
        world.api.clock.advance(1)
        expect((await world.remove('team/app', 'old')).status).toBe(202)
        moments += 1
      })
      const { status } = await world.collect()
      reads = count()
      expect(status).toBe('done')
      for (const tag of ['v0', 'v1', 'v2']) expect(await world.holes('team/app', tag)).toEqual([])
      // The next run takes what was deleted during this one; until then it can be restored.
      if (nth < reads) expect((await world.restore()).status).toBe(204)
      expect(await world.holes('team/app', 'old')).toEqual([])
    }
    expect(moments).toBeGreaterThan(20)
  })
})
