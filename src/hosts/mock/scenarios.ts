/** The values of `?mock=`. */
export const scenarios = [
  'samples',
  'empty',
  'history',
  'busy',
  'huge',
  'failing',
  'slow',
  'unreadable',
  'undeletable',
  'damaged',
] as const
export type Scenario = (typeof scenarios)[number]

/** How a scenario differs from a healthy registry. */
export interface ScenarioTraits {
  /** The initial content of the registry. */
  readonly content: 'samples' | 'nothing' | 'huge'
  /** Whether changes survive a reload of the page. */
  readonly survivesReload: boolean
  /** The least time that each call takes, in milliseconds. */
  readonly latencyMs: number
  /** The time of each removal of a blob, in milliseconds: it makes a collection last. */
  readonly removalMs: number
  /**
   * Whether every other attempt of each call fails, starting with the first. Signing in never
   * fails.
   */
  readonly failsEveryOther: boolean
  /** Whether a collection runs from the start. */
  readonly collecting: boolean
  /** Whether there is a year of past collections, and something to collect. */
  readonly hasPast: boolean
  /**
   * `unreadable`: a collection cannot take its inventory. `undeletable`: some blobs stay.
   * `damaged`: a layer has other bytes than were pushed, of the same length.
   */
  readonly storage: 'healthy' | 'unreadable' | 'undeletable' | 'damaged'
}

const healthy: ScenarioTraits = {
  content: 'samples',
  survivesReload: true,
  latencyMs: 0,
  removalMs: 0,
  failsEveryOther: false,
  collecting: false,
  hasPast: false,
  storage: 'healthy',
}

export const traitsOf: Readonly<Record<Scenario, ScenarioTraits>> = {
  samples: healthy,
  empty: { ...healthy, content: 'nothing' },
  history: { ...healthy, hasPast: true },
  busy: { ...healthy, survivesReload: false, removalMs: 4000, collecting: true },
  huge: { ...healthy, content: 'huge', survivesReload: false },
  failing: { ...healthy, survivesReload: false, failsEveryOther: true },
  slow: { ...healthy, survivesReload: false, latencyMs: 1500, removalMs: 500 },
  unreadable: { ...healthy, survivesReload: false, storage: 'unreadable' },
  undeletable: { ...healthy, survivesReload: false, storage: 'undeletable' },
  damaged: { ...healthy, survivesReload: false, storage: 'damaged' },
}

const storageKey = 'jetsam-mock-scenario'

/**
 * The scenario in the address. The tab remembers it, because the dashboard's own links do not carry
 * it; `?mock=samples` resets it.
 */
export function readScenario(search: string, storage: Storage): Scenario {
  const asked = new URLSearchParams(search).get('mock') ?? storage.getItem(storageKey)
  const scenario = scenarios.find((name) => name === asked) ?? 'samples'
  storage.setItem(storageKey, scenario)
  return scenario
}
