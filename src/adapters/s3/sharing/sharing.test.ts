import type { S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createCephWorld, type CephWorld } from '#testing/ceph/ceph-world.ts'
import { hasCeph } from '#testing/ceph/find-ceph.ts'
import { isRemoval, slowDown } from '#testing/ceph/lossy-store.ts'
import type { S3Request } from '#testing/ceph/s3-proxy.ts'
import { bytesOf, places } from '#testing/conformance/object-store/samples.ts'
import { createServerLease } from '../server-lease.ts'
import { tryStore } from '../trial/try-store.ts'
import { createWriteDate, signatureMs, signWritesAs } from './write-date.ts'

const monotonicMs = (): number => Number(process.hrtime.bigint() / 1_000_000n)

/** When a request was signed, in milliseconds since the epoch. */
const signedAtMs = ({ headers }: S3Request): number => {
  const text = String(headers['x-amz-date'])
  return Date.parse(text.replace(/^(....)(..)(..T..)(..)/, '$1-$2-$3:$4:'))
}

const isWrite = ({ method }: S3Request): boolean => method !== 'GET' && method !== 'HEAD'

describe.skipIf(!hasCeph())('a bucket of several servers', () => {
  let world: CephWorld
  beforeAll(async () => {
    world = await createCephWorld()
  })
  afterAll(() => world.remove())

  async function openOverProxy() {
    const settings = world.newSettings()
    const proxy = await world.newProxy()
    const limits = { attempts: 2, requestMs: 2000 }
    const stores = await world.open({ settings: { ...settings, endpoint: proxy.endpoint }, limits })
    return { ...stores, settings, proxy, direct: (await world.open({ settings })).objects }
  }

  test('gets writes and removals that are signed as of when the others counted on their sender', async () => {
    const { objects, bucket, proxy } = await openOverProxy()
    await objects.put('a/1', bytesOf('one'))
    const reliedOn = monotonicMs()
    bucket.writeDate.reliedOnAt(reliedOn)
    const latestMs = Date.now()
    // The times of the store have whole seconds.
    await expect.poll(() => Date.now() - latestMs, { timeout: 5000 }).toBeGreaterThan(2100)
    proxy.requests.length = 0
    await objects.put('a/2', bytesOf('two'))
    await objects.move('a/2', 'a/3')
    await objects.deleteMany(['a/1'])
    const [writes, reads] = [true, false].map((one) =>
      proxy.requests.filter((request) => isWrite(request) === one),
    )
    expect(writes?.map(({ method }) => method)).toEqual(expect.arrayContaining(['PUT', 'POST']))
    for (const request of writes ?? []) expect(signedAtMs(request)).toBeLessThanOrEqual(latestMs)
    for (const request of reads ?? []) expect(signedAtMs(request)).toBeGreaterThan(latestMs)
    expect(await places(objects, 'a/')).toEqual(['a/3'])
  })

  test('takes no removal of a server that was frozen for longer than a signature counts', async () => {
    const { objects, bucket, direct } = await openOverProxy()
    await objects.put('a/1', bytesOf('one'))
    // As if it had been relied on so long ago: what it sends now is refused, and nothing is unsure.
    signWritesAs(bucket.once, () => new Date(Date.now() - signatureMs - 60_000))
    const [outcome] = await objects.deleteMany(['a/1'])
    expect(outcome).toMatchObject({ kind: 'failed', code: 'DENIED' })
    await expect(objects.put('tags/t', bytesOf('two'))).rejects.toMatchObject({ code: 'DENIED' })
    expect(await places(direct, 'a/')).toEqual(['a/1'])
  })

  test('has to refuse old signatures', async () => {
    const settings = world.newSettings()
    const troubles = async (endpoint: string | null) => {
      const found: (string | null)[] = []
      const trials = tryStore({ ...settings, endpoint }, { isForSeveral: true })
      for await (const { to, trouble } of trials)
        if (trouble) found.push(`${to}: ${trouble.message}`)
      return found
    }
    expect(await troubles(settings.endpoint)).toEqual([])
    // A store that does not look at dates.
    const proxy = await world.newProxy()
    proxy.decide((request) =>
      signedAtMs(request) < Date.now() - signatureMs ? { status: 200, body: '' } : 'passes',
    )
    expect(await troubles(proxy.endpoint)).toEqual([
      expect.stringMatching(
        /^have old signatures refused: it takes requests that were signed more/,
      ),
    ])
  })

  test('gets a write under a condition only once, if its answer is lost', async () => {
    const { objects, bucket, proxy, direct } = await openOverProxy()
    await objects.put('tags/t', bytesOf('one'))
    bucket.writeDate.reliedOnAt(monotonicMs())
    let release = (): void => {}
    const heldUntil = new Promise<void>((resolve) => (release = resolve))
    proxy.decide((request) => (isWrite(request) ? { heldUntil } : 'passes'))
    proxy.requests.length = 0
    await expect(objects.put('tags/t', bytesOf('two'))).rejects.toMatchObject({ code: 'FAILED' })
    // Servers that agree now keep the tag as it is, until that can no longer come.
    expect(proxy.requests.filter(isWrite)).toHaveLength(1)
    release()
    await proxy.drained()
    proxy.decide(() => 'passes')
    expect(await new Response((await direct.get('tags/t'))?.body).text()).toBe('two')
    // Nor does a look that is refused say that it will not come.
    proxy.decide(({ method }) =>
      method === 'PUT'
        ? 'answer lost'
        : { status: method === 'HEAD' && isLost() ? 403 : 404, body: '' },
    )
    proxy.requests.length = 0
    const isLost = (): boolean => proxy.requests.some(isWrite)
    await expect(objects.put('tags/u', bytesOf('one'))).rejects.toMatchObject({ code: 'FAILED' })
    // A store that did not begin with it is asked again.
    let slow = 2
    proxy.decide((request) => (isWrite(request) && (slow -= 1) >= 0 ? slowDown : 'passes'))
    await objects.put('tags/t', bytesOf('three'))
    // What is named by its content may come twice, and changes nothing.
    let lost = 1
    proxy.decide((request) => (isWrite(request) && (lost -= 1) >= 0 ? 'answer lost' : 'passes'))
    const link = `l/_layers/sha256/${'a'.repeat(64)}/link`
    await objects.put(link, bytesOf('x'))
    expect(await places(direct, 'l/')).toEqual([link])
    expect(proxy.requests.filter(isRemoval)).toEqual([])
  })

  test('keeps what they were removing from one that comes after them, and not from each other', async () => {
    const settings = world.newSettings()
    const proxy = await world.newProxy()
    const over = { ...settings, endpoint: proxy.endpoint }
    const limits = { attempts: 1, requestMs: 500 }
    const dying = await world.open({ settings: over, limits, isOfSeveral: true })
    await dying.objects.put('a/1', bytesOf('one'))
    proxy.decide((request) => (isRemoval(request) ? 'silence' : 'passes'))
    const [outcome] = await dying.objects.deleteMany(['a/1'])
    expect(outcome).toMatchObject({ kind: 'failed', code: 'FAILED' })
    // They hear of it from their database, and for as long as it says.
    const beside = await world.open({ settings, isOfSeveral: true })
    await beside.objects.put('a/1', bytesOf('two'))
    const alone = await world.open({ settings })
    await expect(alone.objects.put('a/1', bytesOf('three'))).rejects.toMatchObject({
      code: 'UNSETTLED',
    })
    // What one alone left is known to all who come after it.
    const one = await world.open({ settings: over, limits })
    await one.objects.put('b/1', bytesOf('one'))
    await one.objects.deleteMany(['b/1'])
    const next = await world.open({ settings, isOfSeveral: true })
    await expect(next.objects.put('b/1', bytesOf('two'))).rejects.toMatchObject({
      code: 'UNSETTLED',
    })
  })

  test('is held by all of them together, and by no other', async () => {
    const settings = world.newSettings()
    const { bucket, objects } = await world.open({ settings })
    const none = () => () => {}
    const acquire = async (what: string, sharedAs?: string, takesOver = false) => {
      const shared = sharedAs === undefined ? {} : { sharedAs }
      return await createServerLease({ bucket, what, takesOver, every: none, ...shared }).acquire()
    }
    const alone = await acquire('one alone')
    expect(await acquire('the first', 'run 1')).toMatchObject({ ok: false })
    if (alone.ok) await alone.term.release()
    // At the same time, as after a failure of power.
    const both = await Promise.all([acquire('the first', 'run 1'), acquire('the second', 'run 1')])
    const terms = both.flatMap((attempt) => (attempt.ok ? [attempt.term] : []))
    expect(terms).toHaveLength(2)
    for (const { mayWrite } of terms) await mayWrite()
    expect(await acquire('one alone')).toMatchObject({
      ok: false,
      holder: expect.stringMatching(/^several servers that agree in a database, since /) as string,
    })
    // One that ends, or that was killed, leaves it to the others, and to those that follow.
    await terms[0]?.release()
    await expect(terms[0]?.mayWrite()).rejects.toMatchObject({ code: 'NOT_HELD' })
    await terms[1]?.mayWrite()
    expect(await acquire('the third', 'run 1')).toMatchObject({ ok: true })
    // The servers of a copy of their database: whoever came last writes.
    const copy = await acquire('another cluster', 'run 2')
    await expect(terms[1]?.mayWrite()).rejects.toMatchObject({ code: 'NOT_HELD' })
    if (copy.ok) await copy.term.mayWrite()
    expect(await acquire('one alone', undefined, true)).toMatchObject({ ok: true })
    if (copy.ok) await expect(copy.term.mayWrite()).rejects.toMatchObject({ code: 'NOT_HELD' })
    expect(await places(objects, 'a/')).toEqual([])
  })
})

describe('the date of writes', () => {
  const storeAt = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second))

  /** A client that does nothing but what is asked of it here. */
  function watchClient() {
    let nowMs = 0
    const date = createWriteDate(() => nowMs)
    type Middleware = (next: () => Promise<object>) => (args: object) => Promise<object>
    let middleware: Middleware = (next) => next
    const signed: (Date | undefined)[] = []
    const client = {
      middlewareStack: { add: (added: Middleware) => (middleware = added) },
      config: {
        signer: async () => ({
          sign: async (_: object, { signingDate }: { signingDate?: Date }) =>
            void signed.push(signingDate),
        }),
      },
    }
    date.watch(client as unknown as S3Client)
    return {
      date,
      async answer(atMs: number, second: number) {
        nowMs = atMs
        const response = { headers: { date: storeAt(second).toUTCString() } }
        await middleware(async () => ({ response }))({})
      },
      async sign(method: string) {
        const signer = await client.config.signer()
        await signer.sign({ method }, {})
        return signed.at(-1)
      },
    }
  }

  test('is that of the last answer of the store before the others counted on this server', async () => {
    const { date, answer, sign } = watchClient()
    date.reliedOnAt(1000)
    expect([date.isOfSeveral(), await sign('PUT')]).toEqual([false, undefined])
    await answer(2000, 1)
    await answer(3000, 2)
    await answer(4000, 3)
    date.reliedOnAt(3999)
    expect([date.isOfSeveral(), await sign('PUT')]).toEqual([true, storeAt(2)])
    // More answers alone move nothing: only being counted on does.
    await answer(60_000, 50)
    for (const method of ['PUT', 'POST', 'DELETE']) expect(await sign(method)).toEqual(storeAt(2))
    for (const method of ['GET', 'HEAD']) expect(await sign(method)).toBeUndefined()
    date.reliedOnAt(60_000)
    expect(await sign('DELETE')).toEqual(storeAt(50))
  })

  test('stays as it was where no answer of that time is known any more', async () => {
    const { date, answer, sign } = watchClient()
    await answer(0, 1)
    date.reliedOnAt(0)
    for (let at = 1; at <= 300; at += 1) await answer(at * 1000, 2)
    date.reliedOnAt(500)
    expect(await sign('PUT')).toEqual(storeAt(1))
  })
})
