import { expect, test, vi } from 'vitest'
import { createTestApi, passwordOf } from '#testing/builders/test-api.ts'

/** What must never be written anywhere: valid, wrong, old and new passwords, and sessions. */
const secrets = {
  ofAdmin: passwordOf('admin'),
  ofReader: passwordOf('reader'),
  guessed: 'guessed-secret',
  typedAsName: 'typed-as-name-secret',
  ofNobody: 'nobody-secret',
  next: 'next-secret',
  refused: 'x'.repeat(2000),
}

const basic = (name: string, password: string) => ({
  Authorization: `Basic ${btoa(`${name}:${password}`)}`,
})
const json = (body: unknown, headers = {}) => ({
  body: JSON.stringify(body),
  headers: { 'Content-Type': 'application/json', ...headers },
})

test('writes no password and no session into a log, an error, a URL or the activity', async () => {
  const requests: unknown[] = []
  const api = await createTestApi({ logRequest: (request) => requests.push(request) })
  const anyone = api.as(null)
  const answers: string[] = []
  const tokens: string[] = []
  async function ask(method: string, path: string, options: object = {}): Promise<void> {
    const { status, text, headers } = await anyone.ask(method, path, options)
    const { 'set-cookie': cookie, ...shown } = Object.fromEntries(headers)
    const token = /jetsam_session=([a-f0-9]+)/.exec(cookie ?? '')?.[1]
    if (token !== undefined) tokens.push(token)
    answers.push(JSON.stringify({ status, text, shown }))
  }
  const byAdmin = basic('admin', secrets.ofAdmin)

  await ask('POST', '/api/v0/session', json({ name: 'reader', password: secrets.ofReader }))
  await ask('POST', '/api/v0/session', json({ name: 'reader', password: secrets.guessed }))
  await ask('POST', '/api/v0/session', json({ name: secrets.typedAsName, password: 'whatever' }))
  await ask('POST', '/api/v0/session', json({ name: 'reader', pasword: secrets.guessed }))
  await ask('POST', '/api/v0/session', json({ name: 'reader', password: [secrets.guessed] }))
  for (const body of [`{"password":${secrets.guessed}}`, secrets.guessed]) {
    const headers = { 'Content-Type': 'application/json' }
    await ask('POST', '/api/v0/session', { body, headers })
  }
  const session = { Cookie: `jetsam_session=${tokens[0]}`, 'X-Jetsam-Client': 'dashboard' }
  await ask('GET', '/api/v0/session', { headers: session })
  const change = { current: secrets.guessed, password: secrets.next }
  await ask('PUT', '/api/v0/session/password', json(change, session))
  const rightly = { current: secrets.ofReader, password: secrets.next }
  await ask('PUT', '/api/v0/session/password', json(rightly, session))

  await ask('GET', '/v2/', { headers: basic('reader', secrets.guessed) })
  await ask('GET', '/api/v0/trash', { headers: basic('nobody', secrets.ofNobody) })
  await ask('GET', '/api/v0/trash', { headers: { Authorization: `Bearer ${secrets.guessed}` } })
  await ask('GET', '/metrics', { headers: { Authorization: `Basic ${btoa(secrets.guessed)}` } })
  const account = { name: 'new', password: secrets.next }
  await ask('POST', '/api/v0/accounts', json(account, byAdmin))
  await ask('POST', '/api/v0/accounts', json(account, byAdmin))
  await ask('POST', '/api/v0/accounts', json({ ...account, password: secrets.refused }, byAdmin))
  await ask('PATCH', '/api/v0/accounts/new', json({ password: secrets.guessed }, byAdmin))
  await ask('GET', '/api/v0/accounts/new', { headers: byAdmin })
  await ask('GET', '/api/v0/accounts', { headers: byAdmin })
  await ask('GET', `/api/v0/repositories?pageSize=x&token=${secrets.guessed}`, { headers: byAdmin })

  const accounts = vi.spyOn(api.services.state.accounts, 'findWithAccess')
  accounts.mockRejectedValueOnce(new Error('the state is locked'))
  await ask('GET', '/v2/', { headers: byAdmin })
  expect(api.failures).toEqual([expect.stringContaining('the state is locked')])

  expect(tokens.length).toBeGreaterThan(0)
  expect(requests).toHaveLength(answers.length)
  const { events } = await api.services.state.activity.list({ limit: 1000 })
  expect(events.length).toBeGreaterThan(5)
  const written = JSON.stringify({ requests, answers, events, failures: api.failures })
  for (const [name, secret] of Object.entries(secrets)) {
    expect([name, written.includes(secret), written.includes(btoa(secret))]).toEqual([
      name,
      false,
      false,
    ])
  }
  for (const token of tokens) expect(written.includes(token)).toBe(false)
  expect(written).not.toContain('transparent:')
})

test('writes no access token and no bearer token into a log, an error or the activity', async () => {
  const requests: unknown[] = []
  const api = await createTestApi({ logRequest: (request) => requests.push(request) })
  const { secret } = await api.tokenOf('writer', { actions: ['pull', 'push'] })
  const answers: string[] = []
  const ask = async (method: string, path: string, options: object = {}) => {
    const answer = await api.as(null).ask(method, path, options)
    return { ...answer, shown: JSON.stringify([answer.text, ...answer.headers]) }
  }
  const form = (fields: Record<string, string>) => ({
    body: new URLSearchParams(fields).toString(),
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  })
  const issued = await ask('GET', '/v2/token?offline_token=true', {
    headers: basic('writer', passwordOf('writer')),
  })
  const { token, refresh_token } = issued.json as { token: string; refresh_token: string }
  const calls: readonly (readonly [string, string, object])[] = [
    ['GET', '/v2/', { headers: basic('writer', secret) }],
    ['GET', '/v2/', { headers: basic('reader', secret) }],
    ['PUT', '/v2/team/app/manifests/1', { body: '{}', headers: basic('writer', secret) }],
    ['DELETE', '/v2/team/app/manifests/1', { headers: basic('writer', secret) }],
    ['GET', '/api/v0/trash', { headers: basic('writer', secret) }],
    ['POST', '/api/v0/session', json({ name: 'writer', password: secret })],
    ['POST', '/api/v0/session', json({ name: secret, password: 'whatever' })],
    ['GET', '/v2/team/app/tags/list', { headers: { Authorization: `Bearer ${token}` } }],
    ['GET', '/v2/', { headers: { Authorization: `Bearer ${secret}` } }],
    ['GET', '/api/v0/trash', { headers: { Authorization: `Bearer ${token}` } }],
    ['POST', '/v2/token', form({ grant_type: 'refresh_token', refresh_token: `${secret}x` })],
    ['POST', '/v2/token', form({ grant_type: 'password', username: secret, password: secret })],
  ]
  for (const call of calls) answers.push((await ask(...call)).shown)
  const { events } = await api.services.state.activity.list({ limit: 1000 })
  expect(events.length).toBeGreaterThan(1)
  const written = JSON.stringify({ requests, answers, events, failures: api.failures })
  for (const text of [secret, secret.slice(4), token, refresh_token]) {
    expect(written).not.toContain(text)
  }
})
