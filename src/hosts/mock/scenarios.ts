/** The values of `?mock=`; the first is what a person sees who asks for none. */
export const scenarios = [
  'history',
  'samples',
  'empty',
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
  readonly content: 'samples' | 'nothing' | 'company' | 'huge'
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
  storage: 'healthy',
}

export const traitsOf: Readonly<Record<Scenario, ScenarioTraits>> = {
  samples: healthy,
  empty: { ...healthy, content: 'nothing' },
  history: { ...healthy, content: 'company' },
  busy: { ...healthy, survivesReload: false, removalMs: 4000, collecting: true },
  huge: { ...healthy, content: 'huge', survivesReload: false },
  failing: { ...healthy, survivesReload: false, failsEveryOther: true },
  slow: { ...healthy, survivesReload: false, latencyMs: 1500, removalMs: 500 },
  unreadable: { ...healthy, survivesReload: false, storage: 'unreadable' },
  undeletable: { ...healthy, survivesReload: false, storage: 'undeletable' },
  damaged: { ...healthy, survivesReload: false, storage: 'damaged' },
}

/** Where a tab remembers its scenario. */
export const scenarioKey = 'jetsam-mock-scenario'

/**
 * The scenario in the address. The tab remembers it, because the dashboard's own links do not carry
 * it; `?mock=history` resets it.
 */
export function readScenario(search: string, storage: Storage): Scenario {
  const asked = new URLSearchParams(search).get('mock') ?? storage.getItem(scenarioKey)
  const scenario = scenarios.find((name) => name === asked) ?? scenarios[0]
  storage.setItem(scenarioKey, scenario)
  return scenario
}
