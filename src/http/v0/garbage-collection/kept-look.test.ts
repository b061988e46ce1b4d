import { beforeEach, describe, expect, it, vi } from 'vitest'
import { explanation, reclaimable } from '#contract/garbage-collection.ts'
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
    await takesLooks(1, async () => {
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

  it('read only those repositories again that changed', async () => {
    await api.as('writer').pushImage('team/other', kept, 'kept')
    await explain(image.digest)
    const reads = vi.spyOn(api.services.registry.reader, 'repositories')
    const knownAfter = async (change: () => Promise<unknown>) => {
      await change()
      await explain(image.digest)
      const known = reads.mock.calls.at(-1)?.[0]
      return ['team/app', 'team/other'].filter((name) => known?.(name)?.name === name)
    }
    expect(await knownAfter(() => api.as('writer').pushBlob('team/app', layer))).toEqual([
      'team/other',
    ])
    const path = '/v2/team/other/manifests/kept'
    expect(await knownAfter(() => api.as('owner').ask('DELETE', path))).toEqual(['team/app'])
    expect(await knownAfter(collect)).toEqual([])
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

  it('give the memory back, as the schedule is looked at', async () => {
    await explain(image.digest)
    await takesLooks(0, () => explain(image.digest))
    api.clock.advance(60_000)
    await api.services.schedulers.tick(api.clock.nowMs())
    api.clock.advance(-60_000)
    await takesLooks(1, () => explain(image.digest))
  })
})
