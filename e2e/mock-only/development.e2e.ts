import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { ended, followOutput } from '../process-output.ts'
import { projectFolder } from '../server-process.ts'

/** Starts what `npm run dev` starts, on a free port. Resolves to its address and how to stop it. */
async function startDevelopment() {
  const vite = join(projectFolder, 'node_modules/vite/bin/vite.js')
  const words = [vite, '--host', '127.0.0.1', '--port', '0', '--clearScreen', 'false']
  const server = spawn(process.execPath, words, {
    cwd: projectFolder,
    env: { ...process.env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const output = followOutput(server, 'the development server')
  const [address] = await output.find(/http:\/\/127\.0\.0\.1:\d+(?=\/)/)
  return {
    address,
    async stop() {
      server.kill()
      await ended(server)
    },
  }
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
