import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@playwright/test'

const projectFolder = fileURLToPath(new URL('../..', import.meta.url))

/** Starts what `npm run dev` starts, on a free port. Resolves to its address and how to stop it. */
async function startDevelopment() {
  const vite = join(projectFolder, 'node_modules/vite/bin/vite.js')
  const words = [vite, '--host', '127.0.0.1', '--port', '0', '--clearScreen', 'false']
  const server = spawn(process.execPath, words, {
    cwd: projectFolder,
    env: { ...process.env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise((resolve) => server.once('exit', resolve))
  const stop = async () => {
    server.kill()
    await ended
  }
  for await (const line of createInterface(server.stdout)) {
    const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? []
    if (address !== undefined) {
      server.stdout.resume()
      return { address, stop }
    }
  }
  throw new Error('the development server ended')
}

test('the development server shows the dashboard over a registry in the page', async ({ page }) => {
  const { address, stop } = await startDevelopment()
  try {
    // The first load of a page may load it again, once what it depends on is bundled.
    await expect(async () => {
      await page.goto(address)
      await page.getByLabel('Name').fill('admin')
      await page.getByRole('textbox', { name: 'Password' }).fill('jetsam-admin')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await expect(page.getByRole('heading', { name: 'Repositories' })).toBeVisible()
    }).toPass({ timeout: 80_000 })
    await page.reload()
    await expect(page.getByRole('heading', { name: 'Repositories' })).toBeVisible()
  } finally {
    await stop()
  }
})
