import { beforeEach, describe, expect, test } from 'vitest'
import { contentOf, tinyImage } from '#testing/builders/tiny-image.ts'
import { createTestApi, type TestApi, type TestPerson } from '#testing/builders/test-api.ts'

const image = tinyImage({ layers: ['app'] })
const blob = contentOf('content')
const app = '/v2/team/app'
const uploads = `${app}/blobs/uploads/`
const text = new TextDecoder().decode(image.bytes)
const docker = 'application/vnd.docker.distribution.manifest.v2+json'

interface Refused {
  readonly as?: TestPerson
  readonly method: string
  readonly path: string
  readonly body?: string
  readonly headers?: Record<string, string>
  /** What a person who reads it in a client should do. */
  readonly advice: string
}

/** Clients print these messages and nothing else of ours. SESSION is an upload of 7 bytes. */
const refusals: Readonly<Record<string, Refused>> = {
  'an image that is gone': {
    method: 'GET',
    path: `${app}/manifests/gone`,
    advice: 'if it was deleted, the trash may still have it',
  },
  'a repository that is hidden, or not there': {
    as: 'stranger',
    method: 'GET',
    path: `${app}/tags/list`,
    advice: 'that you may see: check its name, or ask for access',
  },
  'a layer that is gone': {
    method: 'GET',
    path: `${app}/blobs/${blob.digest}`,
    advice: 'anyone who has its image can push it again',
  },
  'a push without access': {
    as: 'reader',
    method: 'POST',
    path: uploads,
    advice: 'this needs read-write access to team/app: ask an administrator for it',
  },
  'a deletion of what is gone, by tag': {
    method: 'DELETE',
    path: `${app}/manifests/gone`,
    advice: 'team/app has no tag gone: it may have been deleted already',
  },
  'a deletion of what is gone, by digest': {
    method: 'DELETE',
    path: `${app}/manifests/${blob.digest}`,
    advice: 'it may have been deleted already',
  },
  'a deletion of a layer that is gone': {
    method: 'DELETE',
    path: `${app}/blobs/${blob.digest}`,
    advice: 'nothing is left to delete',
  },
  'a manifest without its layers': {
    method: 'PUT',
    path: '/v2/team/other/manifests/1.0',
    body: text,
    advice: '; push that first',
  },
  'a manifest that is sent as something else': {
    method: 'PUT',
    path: `${app}/manifests/2.0`,
    body: text,
    headers: { 'Content-Type': docker },
    advice: `but was sent as ${docker}: send it as what it is`,
  },
  'a manifest at another digest': {
    method: 'PUT',
    path: `${app}/manifests/${blob.digest}`,
    body: text,
    advice: 'push it as what it is',
  },
  'a manifest with a byte order mark': {
    method: 'PUT',
    path: `${app}/manifests/2.0`,
    body: `\u{feff}${text}`,
    advice: 'save it without',
  },
  'a manifest with wrong sizes': {
    method: 'PUT',
    path: `${app}/manifests/2.0`,
    body: text.replace('"size":3', '"size":4'),
    advice: '; correct them and push again',
  },
  'an upload that is over': {
    method: 'PATCH',
    path: `${uploads}none`,
    body: 'x',
    advice: 'it was finished, or given up for idle; push again',
  },
  'a finished upload that is over': {
    method: 'PUT',
    path: `${uploads}none?digest=${blob.digest}`,
    body: 'x',
    advice: 'it was finished, or given up for idle; push again',
  },
  'a chunk that does not follow': {
    method: 'PATCH',
    path: 'SESSION',
    body: 'more',
    headers: { 'Content-Range': '9-12' },
    advice: 'the next chunk must begin at byte 7',
  },
  'a chunk that is too short': {
    method: 'PATCH',
    path: 'SESSION',
    body: 'more',
    headers: { 'Content-Range': '7-99' },
    advice: ', 4 came: go on from byte 11, or begin again',
  },
  'bytes of another digest': {
    method: 'PUT',
    path: `SESSION?digest=${image.digest}`,
    advice: 'send them again, from the start',
  },
  'a path that there is not': {
    method: 'GET',
    path: '/v2/nothing',
    advice: 'those that it has are in the OCI distribution spec',
  },
  'a method that there is not': {
    method: 'PATCH',
    path: `${app}/tags/list`,
    advice: 'PATCH is not possible here, only GET, HEAD',
  },
}

describe('the refusal says what to do for', () => {
  let api: TestApi
  let session: string

  beforeEach(async () => {
    api = await createTestApi()
    await api.as('writer').pushImage('team/app', image, '1.0')
    const begun = await api.as('writer').ask('POST', uploads)
    session = begun.headers.get('Location') ?? ''
    await api.as('writer').ask('PATCH', session, { body: 'content' })
  })

  test.each(Object.entries(refusals))('%s', async (_, refused) => {
    const { as = 'writer', method, path, body, headers = {}, advice } = refused
    const answer = await api.as(as).ask(method, path.replace('SESSION', session), {
      headers,
      ...(body === undefined ? {} : { body }),
    })
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.message).toContain(advice)
  })
})
