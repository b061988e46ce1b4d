import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, test } from 'vitest'
import { createDashboardFiles } from './dashboard-files.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jetsam-dist-'))
  await mkdir(join(folder, 'dist', 'assets'), { recursive: true })
  await writeFile(join(folder, 'dist', 'index.html'), '<!doctype html><title>Jetsam</title>')
  await writeFile(join(folder, 'dist', 'assets', 'main-a1b2.js'), 'export {}')
  await writeFile(join(folder, 'state.sqlite'), 'secret')
})

afterEach(() => rm(folder, { recursive: true }))

const get = (path: string, init: RequestInit = {}) =>
  createDashboardFiles(join(folder, 'dist')).fetch(new Request(`http://registry.test${path}`, init))

test.each(['/', '/repositories/team/app', '/assets/main-a1b2.js', '/assets/none.js'])(
  '%s tells a browser what it may do with the page, and has no inline script',
  async (path) => {
    const { headers } = await get(path)
    const policy = new Map(
      headers
        .get('Content-Security-Policy')
        ?.split('; ')
        .map((directive) => {
          const [name = '', ...sources] = directive.split(' ')
          return [name, sources] as const
        }),
    )
    expect(policy.get('script-src') ?? policy.get('default-src')).toEqual(["'self'"])
    expect(policy.get('frame-ancestors')).toEqual(["'none'"])
    expect(policy.get('object-src')).toEqual(["'none'"])
    expect(policy.get('base-uri')).toEqual(["'self'"])
    expect(policy.get('form-action')).toEqual(["'self'"])
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
    expect(headers.get('X-Frame-Options')).toBe('DENY')
    expect(headers.get('Referrer-Policy')).toBe('same-origin')
  },
)

it('caches files with a hash in their name forever, and revalidates the page', async () => {
  expect((await get('/assets/main-a1b2.js')).headers.get('Cache-Control')).toContain('immutable')
  const page = await get('/trash')
  expect(page.headers.get('Cache-Control')).toBe('no-cache')
  expect(await page.text()).toContain('<title>Jetsam</title>')
  expect((await get('/assets/none.js')).status).toBe(404)
})

test.each([
  '/v1/search?q=app',
  '/health',
  '/auth/token',
  '/assets/none.js',
  '/state.sqlite',
  '/v3/',
])('answers a program at %s with 404 in JSON', async (path) => {
  for (const accept of [null, '*/*', 'application/json']) {
    const answer = await get(path, accept === null ? {} : { headers: { Accept: accept } })
    expect(answer.status).toBe(404)
    expect(await answer.json()).toMatchObject({ errors: [{ code: 'NOT_FOUND' }] })
  }
  expect((await get(path, { method: 'HEAD' })).status).toBe(404)
  const posted = await get(path, { method: 'POST', headers: { Accept: 'text/html' } })
  expect(posted.status).toBe(404)
})

test.each(['/', '/sign-in', '/repositories/team/app', '/settings/garbage-collection/runs/1'])(
  'answers %s with the page',
  async (path) => {
    const answer = await get(path)
    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain('<title>Jetsam</title>')
    expect((await get(path, { method: 'HEAD' })).status).toBe(200)
  },
)

test('answers a browser at an unknown address with the page, which says so', async () => {
  const headers = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
  expect(await (await get('/no-such-page', { headers })).text()).toContain('<title>Jetsam</title>')
  expect((await get('/assets/none.js', { headers })).status).toBe(404)
})

test.each([
  '/..%2fstate.sqlite',
  '/%2e%2e/state.sqlite',
  '/assets/..%2f..%2fstate.sqlite',
  '/assets/%2e%2e%2f%2e%2e%2fstate.sqlite',
  '/..%5cstate.sqlite',
  '/state.sqlite%00.js',
  '//etc/passwd',
  `/${'a'.repeat(5000)}`,
])('does not serve a file outside its folder for %s', async (path) => {
  const answer = await get(path)
  expect(answer.status).toBeLessThan(500)
  expect(await answer.text()).not.toMatch(/secret|root:/)
})
