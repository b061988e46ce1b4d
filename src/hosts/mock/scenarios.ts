/** What `?mock=` can ask for. */
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

/** How a scenario differs from a registry in good health. */
export interface ScenarioTraits {
  /** What the registry begins with. */
  readonly content: 'samples' | 'nothing' | 'huge'
  /** Whether what people do is still there after the page was loaded again. */
  readonly survivesReload: boolean
  /** How long each call takes at least, in milliseconds. */
  readonly latencyMs: number
  /** How long each removal of a blob takes, in milliseconds: makes a collection last. */
  readonly removalMs: number
  /** Whether of each call every other attempt fails, the first included. Signing in never does. */
  readonly failsEveryOther: boolean
  /** A collection runs from the start. */
  readonly collecting: boolean
  /** A year of collections lies behind, and there is something to collect. */
  readonly hasPast: boolean
  /**
   * `unreadable`: no collection can take its inventory. `undeletable`: some blobs stay. `damaged`:
   * a layer has other bytes than were pushed, and as many.
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
 * The scenario that the address asks for. It is remembered for the tab, since the dashboard's own
 * links do not carry it; `?mock=samples` goes back.
 */
export function readScenario(search: string, storage: Storage): Scenario {
  const asked = new URLSearchParams(search).get('mock') ?? storage.getItem(storageKey)
  const scenario = scenarios.find((name) => name === asked) ?? 'samples'
  storage.setItem(storageKey, scenario)
  return scenario
}
