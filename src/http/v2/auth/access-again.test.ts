import { changeAccount, setAccountGrants } from '#services/accounts/accounts.ts'
import { theServer } from '#services/activity/actor.ts'
import { beforeEach, describe, expect, test } from 'vitest'
import { createTokenWorld, image, type TokenWorld } from '#testing/builders/token-world.ts'

const app = '/v2/team/app'

let api: TokenWorld['api']
let issued: TokenWorld['issued']

beforeEach(async () => {
  ;({ api, issued } = await createTokenWorld())
})

describe('a push is checked again before it is committed, and is refused', () => {
  /** The stream produces nothing before the server has started to answer the request. */
  const bodyThat = (happens: () => Promise<unknown>) =>
    new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        async pull(controller) {
          await happens()
          controller.enqueue(Uint8Array.from(image.bytes))
          controller.close()
        },
      },
      { highWaterMark: 0 },
    )
  const push = (happens: () => Promise<unknown>) =>
    api.as('writer').ask('PUT', `${app}/manifests/late`, {
      headers: { 'Content-Type': image.mediaType },
      body: bodyThat(happens),
    })
  const isTagged = async () => (await api.as('admin').ask('GET', `${app}/manifests/late`)).status

  test('when the account was disabled during the request', async () => {
    const { status } = await push(() =>
      changeAccount(api.services, 'writer', { isActive: false }, theServer),
    )
    expect([status, await isTagged()]).toEqual([401, 404])
  })

  test('when the account lost its access during the request', async () => {
    const { status } = await push(() => setAccountGrants(api.services, 'writer', [], theServer))
    expect([status, await isTagged()]).toEqual([403, 404])
  })

  test('but not when only the bearer token expired during the request', async () => {
    const { token } = await issued('writer', ['repository:team/app:pull,push'])
    const answer = await api.as(null).ask('PUT', `${app}/manifests/late`, {
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': image.mediaType },
      body: bodyThat(async () => api.clock.advance(3_600_000)),
    })
    expect([answer.status, await isTagged()]).toEqual([201, 200])
  })
})
