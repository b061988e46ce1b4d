import { beforeEach, describe, expect, it } from 'vitest'
import { bySha512, tinyImage } from '#testing/builders/tiny-image.ts'
import { createTestApi, type TestApi } from '#testing/builders/test-api.ts'

const image = tinyImage({ layers: ['base'] })
const wide = bySha512(tinyImage({ layers: ['base', 'wide'], algorithm: 'sha512' }))

let api: TestApi
const ask = (method: string, path: string, body?: typeof image) =>
  api.as('writer').ask(method, `/v2/team/app/manifests/${path}`, {
    headers: { 'Content-Type': image.mediaType },
    ...(body === undefined ? {} : { body: body.bytes }),
  })

beforeEach(async () => {
  api = await createTestApi()
  for (const blob of [...image.blobs, ...wide.blobs]) {
    await api.as('writer').pushBlob('team/app', blob)
  }
})

describe('a manifest that is pushed by its digest', () => {
  it('may use any algorithm that blobs may use, and is served by that digest', async () => {
    const put = await ask('PUT', wide.digest, wide)
    expect(put.status).toBe(201)
    expect(put.headers.get('Docker-Content-Digest')).toBe(wide.digest)
    expect(put.headers.get('Location')).toBe(`/v2/team/app/manifests/${wide.digest}`)
    for (const method of ['GET', 'HEAD']) {
      const answer = await ask(method, wide.digest)
      expect(answer.status).toBe(200)
      expect(answer.headers.get('Docker-Content-Digest')).toBe(wide.digest)
    }
    expect((await ask('DELETE', wide.digest)).status).toBe(202)
    expect((await ask('GET', wide.digest)).status).toBe(404)
  })

  it('gets the tags of the request, and the answer names each', async () => {
    const put = await ask('PUT', `${wide.digest}?tag=1.2&tag=latest&tag=1.2`, wide)
    expect(put.status).toBe(201)
    expect(put.headers.get('OCI-Tag')).toBe('1.2, latest')
    for (const tag of ['1.2', 'latest']) {
      expect((await ask('HEAD', tag)).headers.get('Docker-Content-Digest')).toBe(wide.digest)
    }
    const list = await api.as('reader').ask('GET', '/api/v0/repositories/team/app/tags')
    expect(list.json).toMatchObject({
      tags: [
        { name: '1.2', digest: wide.digest, author: 'writer' },
        { name: 'latest', digest: wide.digest, author: 'writer' },
      ],
    })
    // A push by tag names nothing else, and its digest is sha256.
    const byTag = await ask('PUT', '1.3', image)
    expect(byTag.headers.get('OCI-Tag')).toBeNull()
    expect(byTag.headers.get('Docker-Content-Digest')).toBe(image.digest)
  })

  it('is refused with an invalid tag, and with too many tags', async () => {
    const put = await ask('PUT', `${image.digest}?tag=1.2&tag=-`, image)
    expect([put.status, put.code]).toEqual([400, 'TAG_INVALID'])
    const many = Array.from({ length: 101 }, (_, number) => `tag=t${number}`).join('&')
    expect((await ask('PUT', `${image.digest}?${many}`, image)).status).toBe(414)
    expect((await ask('GET', image.digest)).status).toBe(404)
  })

  it('is found by the beginning of its digest', async () => {
    await ask('PUT', `${wide.digest}?tag=1.2`, wide)
    const hex = wide.digest.slice('sha512:'.length)
    for (const filter of [wide.digest, `sha512:${hex.slice(0, 10)}`, hex.slice(0, 10)]) {
      const text = encodeURIComponent(filter)
      const list = await api
        .as('reader')
        .ask('GET', `/api/v0/repositories/team/app/tags?filter=${text}`)
      expect(list.json).toMatchObject({ tags: [{ name: '1.2' }] })
      const found = await api.as('reader').ask('GET', `/api/v0/search?query=${text}`)
      expect(JSON.stringify(found.json)).toContain(wide.digest)
    }
  })
})
