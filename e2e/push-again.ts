import type { Page } from '@playwright/test'
import { adminName, adminPassword } from './server-process.ts'

interface Push {
  readonly repository: string
  /** The tag now shows this one's image. */
  readonly from: string
  readonly to: string
}

/**
 * A push of another person, while the page stays unchanged. Works on both hosts, because it runs in
 * the page.
 */
export async function pushAgain(page: Page, { repository, from, to }: Push): Promise<void> {
  const status = await page.evaluate(
    async ({ manifests, source, target, authorization }) => {
      const headers = { Authorization: authorization, Accept: '*/*' }
      const manifest = await fetch(`${manifests}/${source}`, { headers })
      const type = manifest.headers.get('Content-Type') ?? ''
      const pushed = await fetch(`${manifests}/${target}`, {
        method: 'PUT',
        headers: { ...headers, 'Content-Type': type },
        body: await manifest.text(),
      })
      return pushed.status
    },
    {
      manifests: `/v2/${repository}/manifests`,
      source: from,
      target: to,
      authorization: `Basic ${btoa(`${adminName}:${adminPassword}`)}`,
    },
  )
  if (status !== 201) throw new Error(`the push of ${repository}:${to} was answered with ${status}`)
}
