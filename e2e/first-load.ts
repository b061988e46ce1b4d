import { gzipSync } from 'node:zlib'
import type { Page } from '@playwright/test'

export interface FirstLoad {
  /** In bytes of gzip. */
  readonly sizes: { readonly script: number; readonly style: number }
  readonly names: readonly string[]
}

/**
 * Adds up the scripts and styles that a page asks for until `act` is over, but for what it loads ahead
 * once it has nothing else to do.
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
  // What the page before still asks for is not its own.
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
