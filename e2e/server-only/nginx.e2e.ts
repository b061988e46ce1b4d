import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { makeClientPlace, runClient } from '../client-place.ts'
import { credentials, makeImages, pull, push, run } from '../clients.ts'
import { expect, test } from '../hosts.ts'
import { documentedNginx, freePort, makeCertificate, startNginx } from '../nginx.ts'
import { adminName, adminPassword, makeFolder, startServer } from '../server-process.ts'

test.use({ ignoreHTTPSErrors: true })

/** The server and nginx in front of it, while `act` uses them. */
async function behindNginx(
  environment: (publicPort: number) => Readonly<Record<string, string>>,
  linesFor: (folder: string, publicPort: number, upstream: string) => Promise<string>,
  act: (at: { publicPort: number; origin: string; folder: string }) => Promise<void>,
): Promise<void> {
  const folder = await makeFolder()
  const publicPort = await freePort()
  const server = await startServer(`${folder.path}/data`, {
    JETSAM_SAMPLES: '1',
    ...environment(publicPort),
  })
  try {
    const lines = await linesFor(folder.path, publicPort, server.registryHost)
    const nginx = await startNginx(folder.path, publicPort, lines)
    try {
      await act({ publicPort, origin: server.origin, folder: folder.path })
    } finally {
      await nginx.stop()
    }
  } finally {
    await server.stop()
    await folder.remove()
  }
}

async function signInAndDelete(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/repositories/team/app`)
  await page.getByLabel('Name', { exact: true }).fill(adminName)
  await page.getByLabel('Password', { exact: true }).fill(adminPassword)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: 'Delete 1.2' }).click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Delete/ })
    .click()
  await expect(page.getByRole('button', { name: 'Delete 1.2' })).toBeHidden()
}

test('with the documented lines, people, clients and the activity get the right addresses', async ({
  page,
}) => {
  await behindNginx(
    (port) => ({
      JETSAM_PUBLIC_URL: `https://localhost:${port}`,
      JETSAM_TRUSTED_PROXIES: '127.0.0.1',
    }),
    async (folder, port, upstream) => {
      const { pem, key } = await makeCertificate(folder)
      return await documentedNginx({
        'listen 443 ssl': `listen 127.0.0.1:${port} ssl`,
        'registry.example.com': 'localhost',
        '/etc/ssl/certs/registry.pem': pem,
        '/etc/ssl/private/registry.key': key,
        '127.0.0.1:4400': upstream,
      })
    },
    async ({ publicPort, folder }) => {
      const origin = `https://localhost:${publicPort}`
      await signInAndDelete(page, origin)
      const cookies = await page.context().cookies()
      expect(cookies).toMatchObject([{ name: 'jetsam_session', secure: true, httpOnly: true }])

      const layout = await makeImages(folder, ['ours'])
      await push(layout, 'ours', `localhost:${publicPort}/team/ours:1`)
      await pull(`localhost:${publicPort}/team/ours:1`, folder)

      // More than nginx allows by default, by another client that asks for a token.
      const large = join(folder, 'large')
      await writeFile(large, randomBytes(5_000_000))
      await run('tar', '-C', folder, '-cf', `${large}.tar`, 'large')
      const layouts = { layout, multiLayout: layout }
      const place = await makeClientPlace(layouts, `localhost:${publicPort}`, folder)
      const image = `localhost:${publicPort}/team/large:1`
      const append = ['append', '--insecure', '-f', `${large}.tar`, '-t', image] as const
      expect(await runClient(place, 'crane', ...append)).toContain('team/large@sha256:')
      await runClient(place, 'crane', 'validate', '--insecure', '--remote', image)

      // Not nginx's address: the client's own, and not the one that it claims.
      const curl = ['-sk', '--interface', '127.0.0.2', '-H', 'X-Forwarded-For: 6.6.6.6'] as const
      await run('curl', ...curl, '-u', 'admin:wrong', `${origin}/api/v0/session`)
      const activity = await run(
        'curl',
        ...curl,
        '-u',
        credentials,
        `${origin}/api/v0/activity?kind=sign-in%20refused`,
      )
      expect(JSON.parse(activity)).toMatchObject({ entries: [{ from: '127.0.0.2' }] })
      const setup = await run('curl', ...curl, '-u', credentials, `${origin}/api/v0/setup`)
      expect(JSON.parse(setup)).toMatchObject({ registryHost: `localhost:${publicPort}` })
    },
  )
})

test('without any setting, behind an nginx that changes the host, changes work or say why not', async ({
  page,
}) => {
  await behindNginx(
    () => ({}),
    async (_, port, upstream) =>
      `server { listen 127.0.0.1:${port}; location / { proxy_pass http://${upstream}; } }`,
    async ({ publicPort, origin }) => {
      const proxied = `http://127.0.0.1:${publicPort}`
      await signInAndDelete(page, proxied)

      // A browser without Sec-Fetch-Site, as over plain HTTP to another computer.
      const refused = await run(
        'curl',
        '-s',
        '-u',
        credentials,
        '-X',
        'DELETE',
        '-H',
        'Origin: http://r.lan',
        `${proxied}/api/v0/repositories/team/app/manifests/1.0`,
      )
      expect(refused).toContain('JETSAM_PUBLIC_URL=http://r.lan')
      expect(refused).toContain(new URL(origin).host)
    },
  )
})
