import type { BrowserContext, Page } from '@playwright/test'
import { median, progress } from './measure.ts'
import type { Figure } from './report.ts'

/** As Lighthouse simulates a phone: its "slow 4G", and a processor at a quarter of the speed. */
const network = {
  offline: false,
  latency: 150,
  downloadThroughput: 1_638_400 / 8,
  uploadThroughput: 675_000 / 8,
}
const processorSlowdown = 4

/** A page, and the content that a person waits for. */
export interface SlowPage {
  readonly name: string
  readonly address: string
  /** What exists once the page shows its content. */
  shown(page: Page): Promise<unknown>
}

async function open(context: BrowserContext, { address, shown }: SlowPage): Promise<number> {
  const page = await context.newPage()
  const browser = await context.newCDPSession(page)
  await browser.send('Network.enable')
  await browser.send('Network.setCacheDisabled', { cacheDisabled: true })
  await browser.send('Network.emulateNetworkConditions', network)
  await browser.send('Emulation.setCPUThrottlingRate', { rate: processorSlowdown })
  await page.goto(address, { waitUntil: 'commit' })
  await shown(page)
  const elapsedMs = await page.evaluate(() => performance.now())
  await page.close()
  return elapsedMs
}

/**
 * How long pages take to show their content on a slow phone with empty caches.
 *
 * @param context a signed-in browser context
 */
export async function benchSlowPhone(
  context: BrowserContext,
  pages: readonly SlowPage[],
  runs: number,
): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const slow of pages) {
    const values: number[] = []
    for (let round = 0; round < runs; round += 1) values.push(await open(context, slow))
    const value = median(values)
    progress(`slow phone: ${slow.name}: ${Math.round(value)} ms`)
    figures.push({
      work: 'slow 4G, processor four times slower',
      name: slow.name,
      value,
      unit: 'ms',
    })
  }
  return figures
}
