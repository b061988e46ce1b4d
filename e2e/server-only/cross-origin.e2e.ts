import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basic, credentials, run } from '../clients.ts'
import { expect, test } from '../hosts.ts'
import { makeFolder, startServer } from '../server-process.ts'

/** A page at another origin, such as the user interface of a registry beside it. */
async function servePage(): Promise<{ origin: string; stop(): Promise<unknown> }> {
  const server = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/html')
    response.end('<!doctype html><title>A page beside the registry</title>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    // Another origin of the same site: a browser sends it the registry's cookies.
    origin: `http://127.0.0.1:${port}`,
    stop: () => new Promise((resolve) => server.close(resolve)),
  }
}

test('a page of a named origin reads and deletes with Basic, and no other page does', async ({
  page,
}) => {
  const named = await servePage()
  const other = await servePage()
  const folder = await makeFolder()
  const server = await startServer(folder.path, {
    JETSAM_SAMPLES: '1',
    JETSAM_CORS_ORIGINS: named.origin,
  })
  /** As the page's own script would. */
  const asPage = (method: string, path: string, mode: RequestCredentials = 'omit') => {
    const headers: Record<string, string> = mode === 'omit' ? { Authorization: basic } : {}
    return page.evaluate(
      async ({ url, init }) => {
        try {
          const answer = await fetch(url, init)
          return `${answer.status} ${answer.headers.get('Docker-Content-Digest')?.slice(0, 7)}`
        } catch {
          return 'refused by the browser'
        }
      },
      {
        url: `${server.origin}${path}`,
        init: {
          method,
          credentials: mode,
          headers,
        },
      },
    )
  }
  try {
    const manifest = '/v2/team/app/manifests/1.0'
    const head = await run('curl', '-sfI', '-u', credentials, `${server.origin}${manifest}`)
    const digest = /docker-content-digest: (\S+)/i.exec(head)?.[1] ?? ''

    await page.goto(`${server.origin}/sign-in`)
    await page.getByLabel('Name', { exact: true }).fill('admin')
    await page.getByLabel('Password', { exact: true }).fill('jetsam-admin')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('navigation', { name: 'Main' }).waitFor()
    expect(await asPage('GET', manifest, 'include')).toBe('200 sha256:')

    await page.goto(other.origin)
    expect(await asPage('GET', manifest)).toBe('refused by the browser')
    expect(await asPage('DELETE', `/v2/team/app/manifests/${digest}`)).toBe(
      'refused by the browser',
    )
    await page.goto(named.origin)
    expect(await asPage('GET', manifest)).toBe('200 sha256:')
    expect(await asPage('GET', '/api/v0/repositories')).toBe('refused by the browser')
    // The dashboard's session, which the browser sends along, proves nothing there.
    expect(await asPage('GET', manifest, 'include')).toBe('401 undefined')
    expect(await asPage('DELETE', `/v2/team/app/manifests/${digest}`)).toBe('202 undefined')
    expect(await asPage('GET', manifest)).toBe('404 undefined')
  } finally {
    await server.stop()
    await Promise.all([named.stop(), other.stop(), folder.remove()])
  }
})
