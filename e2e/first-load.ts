import { gzipSync } from 'node:zlib'
import type { Page } from '@playwright/test'

export interface FirstLoad {
  /** In bytes of gzip. */
  readonly sizes: { readonly script: number; readonly style: number }
  readonly names: readonly string[]
}

/**
 * Adds up the scripts and styles that a page requests until `act` is over, except those that it
 * prefetches when idle.
 */
export async function measureFirstLoad(
  page: Page,
  act: () => Promise<unknown>,
): Promise<FirstLoad> {
  const sizes = { script: 0, style: 0 }
  const names: string[] = []
  const measured: Promise<void>[] = []
  await page.addInitScript(() => {
    window.requestIdleCallback = () => 0
  })
  // The requests of the previous page do not count.
  let isOpened = false
  page.on('response', (response) => {
    if (response.request().isNavigationRequest()) isOpened = true
    if (!isOpened) return
    const { pathname } = new URL(response.url())
    const kind = pathname.endsWith('.js') ? 'script' : pathname.endsWith('.css') ? 'style' : null
    if (kind === null) return
    names.push(pathname)
    const measure = async (): Promise<void> => {
      const body = await response.body()
      sizes[kind] += gzipSync(body, { level: 9 }).byteLength
    }
    measured.push(measure())
  })
  await act()
  await Promise.all(measured)
  return { sizes, names }
}
