import { createServer, type Server } from 'node:http'
import { readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { expect, test } from '@playwright/test'
import { run } from '../clients.ts'
import { deleteImage } from '../delete-image.ts'
import { makeFolder, projectFolder } from '../server-process.ts'

const subPath = '/people/demo/'
const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

let site: Awaited<ReturnType<typeof makeFolder>>
let server: Server
let origin = ''

test.beforeAll(async () => {
  site = await makeFolder()
  const vite = join(projectFolder, 'node_modules/vite/bin/vite.js')
  const words = ['build', projectFolder, '--mode', 'demo', '--outDir', site.path]
  await run(process.execPath, vite, ...words, '--emptyOutDir', '--logLevel', 'error')
  // A minimal web server: files of one folder under a path, and no page for a 404.
  server = createServer((request, response) => {
    const path = new URL(request.url ?? '', 'http://here').pathname
    const file = path === subPath ? 'index.html' : path.slice(subPath.length)
    if (!path.startsWith(subPath)) return void response.writeHead(404).end()
    readFile(join(site.path, file)).then(
      (bytes) =>
        response
          .writeHead(200, { 'Content-Type': mediaTypes[extname(file)] ?? 'text/plain' })
          .end(bytes),
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

test.afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await site.remove()
})

test('the demonstration has the licences of what runs in the page and in its worker', async () => {
  const licences = await readFile(join(site.path, 'third-party-licenses.md'), 'utf8')
  for (const name of ['react', 'hono', 'msw', '@noble/hashes', 'nanotar']) {
    expect(licences).toMatch(new RegExp(`^## ${name} - [\\d.]+ \\(`, 'm'))
  }
})

test('the demonstration works under any path of a web server, and after a reload', async ({
  page,
}) => {
  const missing: string[] = []
  page.on('response', (response) => {
    if (response.status() === 404) missing.push(response.url())
  })
  await page.goto(origin + subPath)
  await page.getByRole('button', { name: 'dana, a developer' }).click()
  await page.getByRole('link', { name: 'shop/checkout' }).click()
  await deleteImage(page, '4.18.1')
  await page.reload()
  await expect(page.getByRole('heading', { name: 'shop/checkout', level: 1 })).toBeVisible()
  await expect(page.getByRole('link', { name: '4.18.0', exact: true })).toBeVisible()
  await expect(page.getByRole('link', { name: '4.18.1', exact: true })).toBeHidden()
  expect(missing).toEqual([])
})
