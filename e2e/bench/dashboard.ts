import { join } from 'node:path'
import { mkdtemp, rm } from 'node:fs/promises'
import { chromium, type Browser, type BrowserContext, type Page } from '@playwright/test'
import { findBrowser, howToGetABrowser } from '../find-browser.ts'
import { measureFirstLoad } from '../first-load.ts'
import { adminName, adminPassword } from '../server-process.ts'
import { hugeRepository, serveMockSite, serveStore, writeHugeStore } from './dashboard-hosts.ts'
import { benchLighthouse } from './lighthouse.ts'
import { benchTagIndex } from './tag-index.ts'
import { median, progress } from './measure.ts'
import {
  beginWatching,
  codeIsLoaded,
  longestTaskMs,
  scrollFrames,
  seen,
  watchPage,
  type Seen,
} from './page-watch.ts'
import type { Figure } from './report.ts'
import { benchSlowPhone, type SlowPage } from './slow-phone.ts'

export interface DashboardOptions {
  readonly runs: number
  /** How often to measure a browser without any cache, for each page and device. */
  readonly firstVisitRuns: number
  readonly tagCount: number
}

/** A dashboard with the large repository, and the query that its addresses need. */
interface Site {
  readonly origin: string
  readonly search: string
  readonly tagCount: number
}

/** The number of tags of `?mock=huge`. */
const mockTagCount = 100_000
/** Of the number in a tag's name. */
const digitsInName = 6

const worksOn = (tagCount: number, host: string): string =>
  `tags page, ${tagCount.toLocaleString('en')} tags, ${host} host`

const tagsPath = `/repositories/${hugeRepository}`
const linkToTags = (page: Page) => page.getByRole('link', { name: hugeRepository })
const scrollsForMs = 3000

const p95 = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? Number.NaN

/** The beginning of many tags' names; different in each of a few rounds. */
function filterOf(tagCount: number, round: number): string {
  const last = String(tagCount - 1)
  const zeros = '0'.repeat(digitsInName - last.length)
  return `build-${zeros}${1 + (round % Number(last[0]))}`
}

/** Opens a page, and signs in if it asks for it: the mock host asks in each. */
async function open(page: Page, { origin, search }: Site, path: string): Promise<void> {
  await page.goto(`${origin}${path}${search}`)
  const name = page.getByLabel('Name', { exact: true })
  const navigation = page.getByRole('navigation', { name: 'Main' })
  await name.or(navigation).waitFor({ timeout: 120_000 })
  if (!(await name.isVisible())) return
  await name.fill(adminName)
  await page.getByLabel('Password', { exact: true }).fill(adminPassword)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await navigation.waitFor({ timeout: 120_000 })
}

interface Visit {
  /** By its address. */
  readonly opening: Seen
  /** By a click in the list of repositories. */
  readonly following: Seen
  readonly scrolling: { readonly frameMs: number; readonly longestTaskMs: number }
  readonly filtering: Seen
}

/** Opens the tags in a new page, returns to them, scrolls for a while, then filters. */
async function visit(context: BrowserContext, site: Site, round: number): Promise<Visit> {
  const page = await context.newPage()
  await watchPage(page, 'build-')
  await open(page, site, tagsPath)
  const opening = await seen(page)

  await open(page, site, '/repositories')
  const link = linkToTags(page)
  await link.waitFor()
  await codeIsLoaded(page, '/tags-page-')
  await beginWatching(page, 'build-')
  await link.click()
  const following = await seen(page)

  await beginWatching(page, 'build-')
  const frameMs = p95(await scrollFrames(page, scrollsForMs))
  const scrolling = { frameMs, longestTaskMs: await longestTaskMs(page) }

  await page.evaluate(() => window.scrollTo(0, 0))
  const filter = filterOf(site.tagCount, round)
  // Not the next rows of the scrolled list.
  await beginWatching(page, filter, `filter=${filter}`)
  await page.getByRole('searchbox', { name: 'Filter by tag or digest' }).fill(filter)
  const filtering = await seen(page)
  await page.close()
  return { opening, following, scrolling, filtering }
}

async function benchSite(
  browser: Browser,
  work: string,
  site: Site,
  runs: number,
): Promise<Figure[]> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  // Stays open: the registry of the mock host lives as long as a page does.
  await open(await context.newPage(), site, '/repositories')
  // The first visit has no cache.
  await visit(context, site, 0)
  const visits: Visit[] = []
  for (let round = 1; round <= runs; round += 1) {
    const seenNow = await visit(context, site, round)
    visits.push(seenNow)
    const { opening, following, scrolling, filtering } = seenNow
    progress(
      `${work}: opened in ${Math.round(opening.rowsAfterActMs)} ms, first rows ${Math.round(following.rowsAfterRequestMs)} ms, frame ${Math.round(scrolling.frameMs)} ms, filter ${Math.round(filtering.rowsAfterRequestMs)} ms`,
    )
  }
  await context.close()
  const figure = (
    name: string,
    valueOf: (visit: Visit) => number,
    ofAll: (values: readonly number[]) => number = median,
  ): Figure => ({ work, name, value: ofAll(visits.map(valueOf)), unit: 'ms' })
  // Two visits have no meaningful median.
  const longest = (name: string, valueOf: (visit: Visit) => number): Figure =>
    figure(name, valueOf, (values) => Math.max(...values))
  return [
    figure('first rows after its address is opened', ({ opening }) => opening.rowsAfterActMs),
    longest('longest task over 50 ms, opening', ({ opening }) => opening.longestTaskMs),
    figure('first rows after a click in the list', ({ following }) => following.rowsAfterActMs),
    figure('first rows after the request', ({ following }) => following.rowsAfterRequestMs),
    longest('longest task over 50 ms, following', ({ following }) => following.longestTaskMs),
    figure('a frame while scrolling, p95', ({ scrolling }) => scrolling.frameMs),
    longest('longest task over 50 ms, scrolling', ({ scrolling }) => scrolling.longestTaskMs),
    figure('filtered rows after the request', ({ filtering }) => filtering.rowsAfterRequestMs),
    figure('filtered rows after the last key', ({ filtering }) => filtering.rowsAfterActMs),
    longest('longest task over 50 ms, filtering', ({ filtering }) => filtering.longestTaskMs),
  ]
}

/** Measures a browser that has nothing of the dashboard yet. */
async function benchFirstLoad(
  browser: Browser,
  site: Site,
  visits: { readonly runs: number; readonly executablePath: string },
): Promise<Figure[]> {
  const work = 'first load of the dashboard, gzip'
  const context = await browser.newContext()
  const page = await context.newPage()
  const list = linkToTags(page)
  await open(page, site, '/repositories')
  await list.waitFor()
  const { sizes } = await measureFirstLoad(page, async () => {
    await page.reload()
    await list.waitFor()
  })
  const pages: SlowPage[] = [
    {
      name: 'repositories',
      address: `${site.origin}/repositories`,
      shown: (slow) => linkToTags(slow).waitFor(),
    },
    {
      name: 'tags',
      address: `${site.origin}${tagsPath}`,
      shown: (slow) => slow.getByRole('button', { name: 'Delete build-' }).first().waitFor(),
    },
  ]
  const onSlowPhone = await benchSlowPhone(context, pages, visits.runs)
  const scores = await benchLighthouse(context, pages, visits)
  await context.close()
  return [
    { work, name: 'script', value: sizes.script / 1000, unit: 'kB' },
    { work, name: 'style', value: sizes.style / 1000, unit: 'kB' },
    ...onSlowPhone,
    ...scores,
  ]
}

/** How long a person waits in a repository with very many tags, on both hosts. */
export async function benchDashboard(
  scratch: string,
  { runs, firstVisitRuns, tagCount }: DashboardOptions,
): Promise<Figure[]> {
  const executablePath = findBrowser()
  if (executablePath === null) throw new Error(howToGetABrowser)
  const folder = await mkdtemp(join(scratch, 'dashboard-'))
  const browser = await chromium.launch({ executablePath })
  try {
    progress('building the site of the mock host')
    const mock = await serveMockSite(folder)
    const site = { origin: mock.origin, search: '?mock=huge', tagCount: mockTagCount }
    progress('the mock host')
    const onMock = await benchSite(browser, worksOn(mockTagCount, 'mock'), site, runs)
    await mock.stop()

    progress(`writing a store of ${tagCount} tags`)
    const storage = join(folder, 'store')
    writeHugeStore(storage, tagCount)
    progress('the server host')
    const server = await serveStore(storage, join(folder, 'data'))
    try {
      const onServer = { origin: server.origin, search: '', tagCount }
      return [
        ...(await benchTagIndex(server, tagCount, runs)),
        ...(await benchSite(browser, worksOn(tagCount, 'server'), onServer, runs)),
        ...onMock,
        ...(await benchFirstLoad(browser, onServer, { runs: firstVisitRuns, executablePath })),
      ]
    } finally {
      await server.stop()
    }
  } finally {
    await browser.close()
    await rm(folder, { recursive: true })
  }
}
