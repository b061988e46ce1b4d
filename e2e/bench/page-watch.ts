import type { Page } from '@playwright/test'

/** What a page has measured since the watch was last reset, in its own milliseconds. */
interface Watch {
  /** The first row must contain this. */
  expected: string
  /** The address of the awaited request must contain this. */
  asked: string
  /** The last key or click. */
  actedAtMs: number | null
  requestedAtMs: number | null
  rowsAtMs: number | null
  longTasksMs: number[]
}

declare global {
  interface Window {
    watch: Watch
  }
}

/** Runs in the page, before its own scripts. */
function install(expected: string): void {
  const watch: Watch = {
    expected,
    asked: '/tags?',
    actedAtMs: null,
    requestedAtMs: null,
    rowsAtMs: null,
    longTasksMs: [],
  }
  window.watch = watch
  new PerformanceObserver((list) => {
    watch.longTasksMs.push(...list.getEntries().map(({ duration }) => duration))
  }).observe({ type: 'longtask', buffered: true })
  for (const act of ['input', 'click']) {
    addEventListener(act, () => (watch.actedAtMs = performance.now()), { capture: true })
  }

  const send = window.fetch
  window.fetch = (input, init) => {
    const address = input instanceof Request ? input.url : String(input)
    if (address.includes('/tags?') && address.includes(watch.asked)) {
      watch.requestedAtMs ??= performance.now()
    }
    return send(input, init)
  }
  new MutationObserver(() => {
    const { requestedAtMs } = watch
    if (requestedAtMs === null || watch.rowsAtMs !== null) return
    const row = document.querySelector('tbody tr')
    if (!row?.textContent?.includes(watch.expected)) return
    // The rows are in the document now; after the next frame they are on the screen.
    requestAnimationFrame(() => {
      // The expectation may have changed since.
      if (watch.requestedAtMs === requestedAtMs) watch.rowsAtMs ??= performance.now()
    })
  }).observe(document, { childList: true, subtree: true, characterData: true })
}

export const watchPage = (page: Page, expected: string): Promise<unknown> =>
  page.addInitScript(install, expected)

/** Waits for the rows of another request from now on, and forgets the earlier measurements. */
export const beginWatching = (page: Page, expected: string, asked = '/tags?'): Promise<void> =>
  page.evaluate(
    (next) => {
      Object.assign(window.watch, {
        ...next,
        actedAtMs: null,
        requestedAtMs: null,
        rowsAtMs: null,
      })
      window.watch.longTasksMs.length = 0
    },
    { expected, asked },
  )

export interface Seen {
  /** From the request to the rows on the screen. */
  readonly rowsAfterRequestMs: number
  /** From the last key or click to the rows; without one, from the opening of the page. */
  readonly rowsAfterActMs: number
  /** The longest task of the main thread over 50 ms; 0: there was none. */
  readonly longestTaskMs: number
}

/** Resolves once the rows are there. */
export async function seen(page: Page): Promise<Seen> {
  await page.waitForFunction(() => window.watch.rowsAtMs !== null, undefined, { timeout: 120_000 })
  return page.evaluate(() => {
    const { rowsAtMs, requestedAtMs, actedAtMs, longTasksMs } = window.watch
    return {
      rowsAfterRequestMs: (rowsAtMs ?? 0) - (requestedAtMs ?? 0),
      rowsAfterActMs: (rowsAtMs ?? 0) - (actedAtMs ?? 0),
      longestTaskMs: Math.max(0, ...longTasksMs),
    }
  })
}

/** Resolves once a file whose address contains this has loaded, and the page is idle. */
export async function codeIsLoaded(page: Page, name: string): Promise<void> {
  await page.waitForFunction(
    (part) => performance.getEntriesByType('resource').some((file) => file.name.includes(part)),
    name,
  )
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)))
}

/** Scrolls a little with each frame; resolves to the duration of each frame. */
export const scrollFrames = (page: Page, durationMs: number): Promise<number[]> =>
  page.evaluate(async (forMs) => {
    const frames: number[] = []
    let before = await new Promise<number>(requestAnimationFrame)
    const end = before + forMs
    while (before < end) {
      window.scrollBy(0, 240)
      const now = await new Promise<number>(requestAnimationFrame)
      frames.push(now - before)
      before = now
    }
    return frames
  }, durationMs)

export const longestTaskMs = (page: Page): Promise<number> =>
  page.evaluate(() => Math.max(0, ...window.watch.longTasksMs))
