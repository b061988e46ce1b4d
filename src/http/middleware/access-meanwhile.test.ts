import {
  accountNames,
  changeAccount,
  createAccount,
  setAccountGrants,
} from '#services/accounts/accounts.ts'
import { listJobs } from '#services/jobs/job-views.ts'
import { theServer } from '#services/activity/actor.ts'
import { contentOf, tinyImage } from '#testing/builders/tiny-image.ts'
import { beforeEach, describe, expect, it } from 'vitest'
import { createTestApi, type TestApi, type TestPerson } from '#testing/builders/test-api.ts'

const app = '/api/v0/repositories/team/app'
const schedule = '/api/v0/admin/settings/registry/garbageCollection/schedule'
const json = { 'Content-Type': 'application/json' }
const image = tinyImage({ layers: ['a layer'] })
const blob = contentOf('a blob')

let api: TestApi

beforeEach(async () => {
  api = await createTestApi()
  await api.as('writer').pushImage('team/app', image, '1.0', '1.1')
})

/** A body whose last part is read only after something happened. */
function bodyThat(happens: () => Promise<unknown>, text: string) {
  const bytes = new TextEncoder().encode(text)
  const parts = [bytes.subarray(0, 3), bytes.subarray(3)]
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        const part = parts.shift()
        if (parts.length === 0) await happens()
        if (part) controller.enqueue(part)
        if (parts.length === 0) controller.close()
      },
    },
    { highWaterMark: 0 },
  )
}

const disable = (name: TestPerson) => () =>
  changeAccount(api.services, name, { isActive: false }, theServer)
const revoke = (name: TestPerson) => () => setAccountGrants(api.services, name, [], theServer)
const demote = (name: TestPerson) => async () => {
  await createAccount(
    api.services,
    { name: 'other', password: 'correct horse battery', isAdmin: true },
    theServer,
  )
  return changeAccount(api.services, name, { isAdmin: false }, theServer)
}
const changePassword = (name: TestPerson) => () =>
  changeAccount(api.services, name, { password: 'another one by now' }, theServer)

const hasBlob = async () =>
  (await api.as('owner').ask('HEAD', `/v2/team/app/blobs/${blob.digest}`)).status
const tags = async () => (await api.as('owner').ask('GET', '/v2/team/app/tags/list')).json

describe('an account that lost its access while the body arrived', () => {
  it.each([
    ['is disabled', disable, 401],
    ['has another password', changePassword, 401],
    ['has lost the grant', revoke, 403],
  ])('%s: cannot finish an upload', async (_, happens, status) => {
    const writer = api.as('writer')
    const begun = await writer.ask('POST', '/v2/team/app/blobs/uploads/')
    const path = `${begun.headers.get('Location')}?digest=${blob.digest}`
    const body = bodyThat(happens('writer'), 'a blob')
    expect((await writer.ask('PUT', path, { body })).status).toBe(status)
    expect(await hasBlob()).toBe(404)
  })

  it('cannot upload in one request either', async () => {
    const path = `/v2/team/app/blobs/uploads/?digest=${blob.digest}`
    const body = bodyThat(revoke('writer'), 'a blob')
    expect((await api.as('writer').ask('POST', path, { body })).status).toBe(403)
    expect(await hasBlob()).toBe(404)
  })

  it.each([
    ['a demoted administrator', demote, 403],
    ['a disabled administrator', disable, 401],
  ])('%s: cannot change a setting', async (_, happens, status) => {
    if (happens === disable) await demote('owner')()
    const body = bodyThat(happens('admin'), '{"schedule":"@daily"}')
    const answer = await api.as('admin').ask('POST', schedule, { headers: json, body })
    expect(answer.status).toBe(status)
    expect((await api.as('owner').ask('GET', schedule)).json).toMatchObject({ schedule: null })
  })

  it('cannot start a run or create an account', async () => {
    for (const [path, text] of [
      ['/api/v0/admin/jobs', '{"job":"registryGC"}'],
      ['/api/v0/accounts', '{"name":"new","password":"correct horse battery"}'],
    ] as const) {
      api = await createTestApi()
      const body = bodyThat(demote('admin'), text)
      expect((await api.as('admin').ask('POST', path, { headers: json, body })).status).toBe(403)
      expect(await accountNames(api.services)).not.toContain('new')
      expect((await listJobs(api.services, { offset: 0, limit: 1 })).total).toBe(0)
    }
  })

  it('is refused when its session has ended', async () => {
    const signedIn = await api.services.authentication.signIn('admin', 'admin-password', null)
    if (!signedIn.ok) throw new Error(signedIn.refusal.message)
    const { token } = signedIn.value
    const end = () => api.services.authentication.signOut(token, null)
    const answer = await api.as(null, { sessionToken: token }).ask('POST', schedule, {
      headers: { ...json, 'X-Jetsam-Client': 'dashboard' },
      body: bodyThat(end, '{"schedule":"@daily"}'),
    })
    expect(answer).toMatchObject({ status: 401, code: 'NOT_AUTHENTICATED' })
    expect((await api.as('owner').ask('GET', schedule)).json).toMatchObject({ schedule: null })
  })

  it('keeps its access when it was only granted more', async () => {
    const grantMore = () =>
      setAccountGrants(api.services, 'writer', [{ scope: 'team', accessLevel: 'admin' }], theServer)
    const path = `/v2/team/app/blobs/uploads/?digest=${blob.digest}`
    const body = bodyThat(grantMore, 'a blob')
    expect((await api.as('writer').ask('POST', path, { body })).status).toBe(201)
  })
})

describe('an account that lost its access while it waited for the push gate', () => {
  const closing = { mode: 'hold-pushes', maximumWaitMs: 0 } as const

  /** Sends a request while the gate is closed, lets something happen, and opens the gate. */
  async function held(happens: () => Promise<unknown>, method: string, path: string, body: string) {
    await api.gate.close(closing)
    const answer = api.as('writer').ask(method, path, { headers: json, body })
    await new Promise((resolve) => setTimeout(resolve))
    await happens()
    await api.gate.open()
    return answer
  }

  it('cannot restore', async () => {
    const deleted = await api.as('writer').ask('DELETE', `${app}/manifests/1.0`)
    const id = deleted.headers.get('Jetsam-Trash-Entry') ?? ''
    const restore = `/api/v0/trash/${id}/restore`
    expect(await held(revoke('writer'), 'POST', restore, '{}')).toMatchObject({ status: 404 })
    expect(await api.services.registry.trash.get(id)).not.toBeNull()
  })

  it('cannot add a tag', async () => {
    const body = JSON.stringify({ digest: image.digest })
    const answer = await held(disable('writer'), 'PUT', `${app}/tags/late`, body)
    expect(answer.status).toBe(401)
    expect(await tags()).toMatchObject({ tags: ['1.0', '1.1'] })
  })

  it('cannot mount a blob', async () => {
    const path = `/v2/team/other/blobs/uploads/?mount=${image.blobs[1]?.digest}&from=team/app`
    expect((await held(revoke('writer'), 'POST', path, '')).status).toBe(403)
    const other = `/v2/team/other/blobs/${image.blobs[1]?.digest}`
    expect((await api.as('owner').ask('HEAD', other)).status).toBe(404)
  })
})

describe('an account that lost its access while it waited for the repository’s lock', () => {
  /**
   * Sends a request while another call holds the repository's lock, and ends that call after
   * something has happened.
   */
  async function behindAnother(happens: () => Promise<unknown>, method: string, path: string) {
    const { write } = api.storage
    let release = (): void => {}
    const isHeld = new Promise<void>((resolve) => {
      release = resolve
    })
    let isWriting = (): void => {}
    const writing = new Promise<void>((resolve) => {
      isWriting = resolve
    })
    Object.assign(api.storage, {
      write: async (...words: Parameters<typeof write>) => {
        isWriting()
        await isHeld
        return write(...words)
      },
    })
    const push = api.as('owner').pushImage('team/app', { ...image, blobs: [] }, '2.0')
    await writing
    const answer = api.as('writer').ask(method, path)
    await new Promise((resolve) => setTimeout(resolve))
    await happens()
    release()
    await push
    return answer
  }

  it.each([
    ['DELETE', `${app}/manifests/1.0`, 404],
    ['DELETE', `${app}/tags/1.0`, 404],
    ['DELETE', '/v2/team/app/manifests/1.0', 403],
    ['DELETE', `/v2/team/app/manifests/${image.digest}`, 403],
  ])('cannot delete: %s %s', async (method, path, status) => {
    expect((await behindAnother(revoke('writer'), method, path)).status).toBe(status)
    expect(await tags()).toMatchObject({ tags: ['1.0', '1.1', '2.0'] })
    expect(await api.services.registry.trash.list()).toEqual([])
  })
})
