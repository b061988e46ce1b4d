import { requestedVerification } from '#contract/verification.ts'
import { checkedBody } from '#testing/builders/checked-body.ts'
import { contentOf, tinyImage } from '#testing/builders/tiny-image.ts'
import { blobFile } from '#registry/layout.ts'
import { expect, test } from 'vitest'
import { createTestApi, type TestApi } from '#testing/builders/test-api.ts'

const image = tinyImage({ layers: ['base', 'app'] })
const path = '/api/v0/garbage-collection/verification'

async function verified(api: TestApi, body?: object) {
  const admin = api.as('admin')
  const started = await admin.ask(
    'POST',
    path,
    body && { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } },
  )
  expect(started.status).toBe(202)
  expect(checkedBody(started, requestedVerification)?.finishedAt).toBeNull()
  for (let looks = 0; looks < 1000; looks += 1) {
    const now = checkedBody(await admin.ask('GET', path), requestedVerification)
    if (now?.finishedAt) return now
    await new Promise((resolve) => setTimeout(resolve))
  }
  throw new Error('the verification does not end')
}

test('there is no verification until a person requests one', async () => {
  const api = await createTestApi()
  expect((await api.as('admin').ask('GET', path)).json).toBeNull()
})

test('a full verification finds a layer of the right length with other bytes', async () => {
  const api = await createTestApi()
  await api.as('admin').pushImage('team/app', image, '1.0')
  const layer = image.blobs[1] ?? image
  const other = contentOf('BASE')
  await api.storage.write(blobFile(layer.digest), other.bytes)
  expect(await verified(api)).toMatchObject({ full: false, result: { tags: 1, wholeTags: 1 } })
  expect(await verified(api, { full: true })).toMatchObject({
    full: true,
    error: null,
    result: {
      tags: 1,
      wholeTags: 0,
      broken: [
        {
          repository: 'team/app',
          tag: '1.0',
          reason: `${layer.digest} has other content: its bytes are ${other.digest}`,
        },
      ],
    },
  })
})

test('a request with an unknown field is refused', async () => {
  const api = await createTestApi()
  const answer = await api.as('admin').ask('POST', path, {
    body: '{"ful":true}',
    headers: { 'Content-Type': 'application/json' },
  })
  expect(answer).toMatchObject({ status: 400, code: 'INVALID_PARAMETERS' })
})
