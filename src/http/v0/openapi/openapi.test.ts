import { createTestApi } from '#testing/builders/test-api.ts'
import { expect, test } from 'vitest'
import { createDocument } from './document.ts'

test('anyone gets the description of the API, which says nothing of the server', async () => {
  const api = await createTestApi()
  for (const person of [null, 'reader'] as const) {
    const answer = await api.as(person).ask('GET', '/api/v0/openapi.json')
    expect(answer.status).toBe(200)
    expect(answer.json).toEqual(JSON.parse(JSON.stringify(createDocument())))
    // Not even the version, by which an attacker might choose.
    expect(answer.text).not.toContain(api.services.host.version)
  }
})
