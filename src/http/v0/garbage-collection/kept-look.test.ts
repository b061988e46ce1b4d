import { beforeEach, describe, expect, it, vi } from 'vitest'
import { explanation, reclaimable } from '#contract/jobs/garbage-collection.ts'
import type { Digest } from '#domain/values/digest.ts'
import { checkedBody } from '#testing/builders/checked-body.ts'
import { createTestApi, type TestApi, type TestPerson } from '#testing/builders/test-api.ts'
import { bySha512, contentOf, tinyImage } from '#testing/builders/tiny-image.ts'

const kept = tinyImage({ layers: ['kept'], config: '{"a":1}' })
const image = tinyImage({ layers: ['of the image'], config: '{"b":2}' })
const layer = contentOf('a layer without an image')

describe('explanations and trials of a policy', () => {
  let api: TestApi
  let looks: { readonly mock: { readonly calls: readonly unknown[] } }

  beforeEach(async () => {
    api = await createTestApi()
    await api.as('writer').pushImage('team/app', kept, 'kept')
    await api.as('writer').pushImage('team/app', image, '1.0')
    await api.as('writer').pushImage('team/app', kept, '1.0')
    api.clock.advance(3 * 3_600_000)
    looks = vi.spyOn(api.services.registry.reader, 'blobs')
  })

  const base = '/api/v0/garbage-collection'
  const explain = async (digest: Digest, as: TestPerson = 'admin') => {
    const answer = await api.as(as).ask('GET', `${base}/explain/${digest}`)
    return answer.status === 404 ? 'nothing here' : checkedBody(answer, explanation).reason
  }
  const trial = async (hours: number) => {
    const path = `${base}/reclaimable?untaggedMinimumAgeHours=${hours}`
    return checkedBody(await api.as('admin').ask('GET', path), reclaimable).reclaimable.manifests
  }
  const collect = async () => {
    const { collections } = api.services
    await collections.startCollection({ trigger: 'api', actor: { name: 'admin', from: null } })
    while (collections.runningJob() !== null) await new Promise((resolve) => setTimeout(resolve))
  }
  const takesLooks = async (count: number, act: () => Promise<unknown>) => {
    const before = looks.mock.calls.length
    await act()
    expect(looks.mock.calls.length - before).toBe(count)
  }

  it('share one look, whatever the digest, the policy and the account are', () =>
    takesLooks(1, async () => {
      const [one, other] = await Promise.all([trial(4), explain(image.digest)])
      expect([one, other]).toEqual([0, 'An untagged image of team/app needs it.'])
      expect(await trial(2)).toBe(1)
      expect(await explain(image.digest, 'reader')).toBe('An untagged image of team/app needs it.')
      expect(await explain(layer.digest)).toBe('nothing here')
      await api.as('admin').ask('GET', `${base}/reclaimable`)
    }))

  it('say that a digest is nowhere without a look, also right after a change', () =>
    takesLooks(0, async () => {
      expect(await explain(layer.digest)).toBe('nothing here')
      await api.as('writer').pushImage('team/app', image, '2.0')
      expect(await explain(layer.digest)).toBe('nothing here')
      expect(await explain(layer.digest, 'reader')).toBe('nothing here')
    }))

  it('look where bytes may be linked by another algorithm than they are stored by', () =>
    takesLooks(1, async () => {
      expect(await explain(bySha512(layer).digest)).toBe('nothing here')
    }))

  it('tell an account without access nothing, and look for it at nothing', async () => {
    await explain(image.digest)
    await takesLooks(0, async () => {
      expect(await explain(image.digest, 'stranger')).toBe('nothing here')
      const path = `${base}/reclaimable?untaggedMinimumAgeHours=2`
      for (const as of ['stranger', 'owner'] as const) {
        expect((await api.as(as).ask('GET', path)).status).toBe(403)
      }
    })
  })

  it('see a layer that was pushed, and its link that was deleted, without any image', async () => {
    expect(await explain(layer.digest)).toBe('nothing here')
    await api.as('writer').pushBlob('team/app', layer)
    expect(await explain(layer.digest)).toMatch(/^Nothing needs it \(orphaned layer, left by team/)
    await api.as('owner').ask('DELETE', `/v2/team/app/blobs/${layer.digest}`)
    expect(await explain(layer.digest)).toMatch(/^Nothing needs it \(orphaned layer\)/)
  })

  it('see a mounted layer, a push, a deletion and a collection', async () => {
    await api.as('writer').pushBlob('team/app', layer)
    const [, ofImage] = image.blobs
    if (ofImage === undefined) throw new Error('no layer')
    expect(await explain(image.digest)).toBe('An untagged image of team/app needs it.')
    const mount = `/v2/team/other/blobs/uploads/?mount=${layer.digest}&from=team/app`
    await takesLooks(0, async () => {
      expect((await api.as('writer').ask('POST', mount)).status).toBe(201)
      await explain(layer.digest)
    })
    expect(await trial(2)).toBe(1)
    const fresh = tinyImage({ layers: ['fresh'], config: '{"c":3}' })
    await api.as('writer').pushImage('team/app', fresh, '2.0')
    await api.as('writer').pushImage('team/app', kept, '2.0')
    expect(await explain(fresh.digest)).toBe('An untagged image of team/app needs it.')
    await api.as('writer').ask('DELETE', `/v2/team/app/manifests/${image.digest}`)
    expect(await explain(ofImage.digest)).toMatch(/^Nothing needs it \(deleted image/)
    expect(await trial(4)).toBe(1)
    api.clock.advance(1000)
    await collect()
    expect(await explain(ofImage.digest)).toBe('nothing here')
    expect(await explain(layer.digest)).toBe('nothing here')
    expect(await trial(4)).toBe(0)
  })

  it('look at nothing again for what was written through this server', async () => {
    await api.as('writer').pushImage('team/other', kept, 'kept')
    await explain(image.digest)
    // That of the collection itself.
    await takesLooks(1, async () => {
      await api.as('writer').pushBlob('team/app', layer)
      expect(await explain(layer.digest)).toMatch(/^Nothing needs it/)
      await api.as('owner').ask('DELETE', '/v2/team/other/manifests/kept')
      expect(await trial(2)).toBe(1)
      api.clock.advance(1000)
      await collect()
      expect(await explain(kept.digest)).toBe('The tag team/app:1.0 needs it.')
      expect(await trial(2)).toBe(1)
    })
  })

  it('see what other software has written, after a minute', async () => {
    expect(await explain(image.digest)).toBe('An untagged image of team/app needs it.')
    const [algorithm, hex] = layer.digest.split(':')
    const file = `docker/registry/v2/blobs/${algorithm}/${hex?.slice(0, 2)}/${hex}/data`
    await api.storage.write(file, layer.bytes)
    expect(await explain(layer.digest)).toBe('nothing here')
    api.clock.advance(60_000)
    expect(await explain(layer.digest)).toMatch(/^Nothing needs it \(orphaned layer\)/)
  })

  it('say of which moment they are', async () => {
    const asOf = async () => {
      const path = `${base}/reclaimable?untaggedMinimumAgeHours=2`
      return checkedBody(await api.as('admin').ask('GET', path), reclaimable).asOf
    }
    await explain(image.digest)
    const lookedAtMs = api.clock.nowMs()
    api.clock.advance(59_000)
    expect(await asOf()).toBe(new Date(lookedAtMs).toISOString())
  })

  describe('of a store that takes long to look at', () => {
    /** Waits until a look has begun, and lets it end; new ones wait again. */
    let letLook: () => Promise<void>

    beforeEach(() => {
      const { reader } = api.services.registry
      vi.mocked(reader.blobs).mockRestore()
      const blobs = reader.blobs.bind(reader)
      let waiting: (() => void)[] = []
      letLook = async () => {
        while (waiting.length === 0) await new Promise((resolve) => setImmediate(resolve))
        for (const go of waiting) go()
        waiting = []
      }
      looks = vi.spyOn(reader, 'blobs').mockImplementation(async function* slow() {
        await new Promise<void>((resolve) => waiting.push(resolve))
        api.clock.advance(200)
        yield* blobs()
      })
    })

    const asked = (path: string) => api.as('admin').ask('GET', `${base}${path}`)
    const explained = async () => checkedBody(await asked(`/explain/${image.digest}`), explanation)
    const tried = async (more = '') =>
      checkedBody(await asked(`/reclaimable?untaggedMinimumAgeHours=2${more}`), reclaimable)
    const instantNow = () => new Date(api.clock.nowMs()).toISOString()

    /** The first question waits, and its answer gets old. Returns its moment. */
    async function askedLongAgo(): Promise<string> {
      const waiting = explained()
      await letLook()
      const { asOf, isCurrent } = await waiting
      expect(isCurrent).toBe(true)
      api.clock.advance(60_000)
      return asOf
    }

    it('come at once, say of which moment they are, and are followed by newer ones', async () => {
      const asOf = await askedLongAgo()
      expect(await explained()).toMatchObject({ asOf, isCurrent: false })
      expect(await tried()).toMatchObject({ asOf, isCurrent: false, reclaimable: { manifests: 1 } })
      await api.as('writer').pushImage('team/app', image, '2.0')
      expect(await tried()).toMatchObject({ asOf, isCurrent: false, reclaimable: { manifests: 0 } })
      const begunAt = instantNow()
      await letLook()
      const newer = await tried('&current=true')
      expect(newer).toMatchObject({ asOf: begunAt, isCurrent: true, reclaimable: { manifests: 0 } })
      expect(await explained()).toMatchObject({ isCurrent: true })
    })

    it('wait for the newer look where a decision may follow', async () => {
      const asOf = await askedLongAgo()
      const waiting = tried('&current=true')
      await letLook()
      const { asOf: newer, isCurrent } = await waiting
      expect(isCurrent).toBe(true)
      expect(Date.parse(newer)).toBeGreaterThan(Date.parse(asOf))
    })

    it('wait for it where other software has stored what is asked about', async () => {
      await askedLongAgo()
      const [algorithm, hex] = layer.digest.split(':')
      const file = `docker/registry/v2/blobs/${algorithm}/${hex?.slice(0, 2)}/${hex}/data`
      await api.storage.write(file, layer.bytes)
      const waiting = explain(layer.digest)
      await letLook()
      expect(await waiting).toMatch(/^Nothing needs it \(orphaned layer\)/)
    })

    it('join the look that a start has begun', async () => {
      api.services.lookAhead()
      const waiting = explained()
      await letLook()
      expect(await waiting).toMatchObject({ isCurrent: true })
      await takesLooks(0, tried)
    })
  })

  it('give the memory back, as the schedule is looked at', async () => {
    await explain(image.digest)
    await takesLooks(0, () => explain(image.digest))
    const hourMs = 3_600_000
    api.clock.advance(hourMs)
    await api.services.schedulers.tick(api.clock.nowMs())
    api.clock.advance(-hourMs)
    await takesLooks(1, () => explain(image.digest))
  })
})
