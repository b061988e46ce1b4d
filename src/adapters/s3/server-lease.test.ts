import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fencedStores } from '#storage/wrappers/fenced-store.ts'
import { createCephWorld, type CephWorld } from '#testing/ceph/ceph-world.ts'
import { hasCeph } from '#testing/ceph/find-ceph.ts'
import { leadershipContract } from '#testing/conformance/coordination/leadership.ts'
import { createServerLease } from './server-lease.ts'

describe.skipIf(!hasCeph())('the lease of a bucket', () => {
  let world: CephWorld
  beforeAll(async () => {
    world = await createCephWorld()
  })
  afterAll(() => world.remove())

  leadershipContract('in a bucket', async () => {
    const settings = world.newSettings()
    const { bucket } = await world.open({ settings })
    /** Nothing but a person ends the term of a holder that is silent. */
    let takesOver = false
    return {
      candidate: (what) => ({
        async acquire() {
          const every = () => () => {}
          const attempt = await createServerLease({ bucket, what, takesOver, every }).acquire()
          takesOver = false
          return attempt
        },
      }),
      freezeLeader() {
        takesOver = true
      },
      loseAll() {
        takesOver = true
      },
      async storesOf({ mayWrite }) {
        const { objects, uploadStore } = await world.open({ settings })
        return fencedStores({ objects, uploadStore }, () => mayWrite() ?? undefined)
      },
      async close() {},
    }
  })

  test('is taken once, also if no answer tells so', async () => {
    const settings = world.newSettings()
    const proxy = await world.newProxy()
    const lossy = await world.open({ settings: { ...settings, endpoint: proxy.endpoint } })
    let losses = 1
    proxy.decide(({ method }) => {
      losses -= method === 'PUT' ? 1 : 0
      return method === 'PUT' && losses >= 0 ? 'answer lost' : 'passes'
    })
    const options = { bucket: lossy.bucket, what: 'the first', takesOver: false }
    const attempt = await createServerLease(options).acquire()
    expect(attempt).toMatchObject({ ok: true, term: { token: 1 } })
    if (attempt.ok) await attempt.term.mayWrite()
    expect(await createServerLease(options).acquire()).toMatchObject({ ok: false })
    losses = 1
    if (attempt.ok) await attempt.term.release()
    expect(await createServerLease(options).acquire()).toMatchObject({ term: { token: 2 } })
  })
})
