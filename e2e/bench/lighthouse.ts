import type { BrowserContext } from '@playwright/test'
import { run } from '../clients.ts'
import { median, progress } from './measure.ts'
import type { Figure } from './report.ts'
import type { SlowPage } from './slow-phone.ts'

/** The parts of Lighthouse's report that are read. Times in milliseconds, the score from 0 to 1. */
interface LighthouseReport {
  readonly categories: { readonly performance: { readonly score: number } }
  readonly audits: Readonly<Record<string, { readonly numericValue?: number }>>
}

const devices = [
  { device: 'phone', words: [] },
  { device: 'desktop', words: ['--preset=desktop'] },
]

const timings = [
  { name: 'first contentful paint', audit: 'first-contentful-paint' },
  { name: 'largest contentful paint', audit: 'largest-contentful-paint' },
  { name: 'total blocking time', audit: 'total-blocking-time' },
]

const isAtHand = (): Promise<boolean> =>
  run('lighthouse', '--version').then(
    () => true,
    () => false,
  )

interface Audited {
  readonly address: string
  /** `name=value; name=value` */
  readonly cookies: string
}

async function audit(
  { address, cookies }: Audited,
  words: readonly string[],
): Promise<LighthouseReport> {
  const report = await run(
    'lighthouse',
    address,
    '--quiet',
    '--output=json',
    '--only-categories=performance',
    '--chrome-flags=--headless=new --no-sandbox',
    `--extra-headers=${JSON.stringify({ Cookie: cookies })}`,
    ...words,
  )
  return JSON.parse(report) as LighthouseReport
}

/**
 * Lighthouse's performance score of pages, for a simulated phone and desktop computer; empty if the
 * command `lighthouse` is not installed.
 *
 * @param context a signed-in browser context
 */
export async function benchLighthouse(
  context: BrowserContext,
  pages: readonly Pick<SlowPage, 'name' | 'address'>[],
  { runs, executablePath }: { readonly runs: number; readonly executablePath: string },
): Promise<Figure[]> {
  if (!(await isAtHand())) {
    progress('no Lighthouse: "npm install --global lighthouse@12" adds its scores')
    return []
  }
  // It searches for Chrome by itself, and would find another one than the other measurements use.
  process.env.CHROME_PATH = executablePath
  const signedIn = await context.cookies()
  const cookies = signedIn.map(({ name, value }) => `${name}=${value}`).join('; ')
  const figures: Figure[] = []
  for (const { name: page, address } of pages) {
    for (const { device, words } of devices) {
      const work = `Lighthouse, page of ${page}, ${device}`
      const reports: LighthouseReport[] = []
      for (let round = 0; round < runs; round += 1) {
        const report = await audit({ address, cookies }, words)
        progress(`${work}: ${report.categories.performance.score}`)
        reports.push(report)
      }
      const figure = (
        name: string,
        unit: string,
        valueOf: (report: LighthouseReport) => number,
      ): Figure => ({ work, name, unit, value: median(reports.map(valueOf)) })
      figures.push(
        figure('score', 'of 100', ({ categories }) => categories.performance.score * 100),
        ...timings.map(({ name, audit: key }) =>
          figure(name, 'ms', ({ audits }) => audits[key]?.numericValue ?? Number.NaN),
        ),
      )
    }
  }
  return figures
}
