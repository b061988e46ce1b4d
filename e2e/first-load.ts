import { gzipSync } from 'node:zlib'
import type { Page } from '@playwright/test'

export interface FirstLoad {
  /** In bytes of gzip; the font, which is compressed already, as it is. */
  readonly sizes: { readonly script: number; readonly style: number; readonly font: number }
  readonly names: readonly string[]
}

const kinds: Readonly<Record<string, 'script' | 'style' | 'font'>> = {
  js: 'script',
  css: 'style',
  woff2: 'font',
}

/**
 * Adds up the scripts, styles and fonts that a page requests until `act` is over, except those that it
 * prefetches when idle.
 */
export async function measureFirstLoad(
  page: Page,
  act: () => Promise<unknown>,
): Promise<FirstLoad> {
  const sizes = { script: 0, style: 0, font: 0 }
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
    const kind = kinds[pathname.replace(/^.*\./, '')]
    if (kind === undefined) return
    names.push(pathname)
    const measure = async (): Promise<void> => {
      // A browser gives out no body of a font that it has kept.
      const answer = kind === 'font' ? await page.request.get(response.url()) : response
      const body = await answer.body()
      sizes[kind] += (kind === 'font' ? body : gzipSync(body, { level: 9 })).byteLength
    }
    measured.push(measure())
  })
  await act()
  await Promise.all(measured)
  return { sizes, names }
}
