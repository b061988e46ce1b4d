/** A set of keys, servers or acts: one bit for each. */
export type Bits = number

export const has = (set: Bits, bits: Bits): boolean => (set & bits) === bits
export const meets = (set: Bits, bits: Bits): boolean => (set & bits) !== 0
export const without = (set: Bits, bits: Bits): Bits => set & ~bits

/** What the store holds: one blob, and the link and the tag of two manifests that both need it. */
export const keys = { blob: 1, link: { M: 2, N: 4 }, tag: { M: 8, N: 16 } } as const
export const links: Bits = keys.link.M | keys.link.N

export type ManifestName = 'M' | 'N'
export const manifestNames: readonly ManifestName[] = ['M', 'N']

/** The keys that a pull of a manifest by its digest needs. */
export const reachOf = (name: ManifestName): Bits => keys.link[name] | keys.blob

/** What a client asks of a server. */
export type ActKind =
  | { readonly kind: 'head blob' }
  | { readonly kind: 'upload blob' }
  | { readonly kind: 'put manifest'; readonly manifest: ManifestName }
  | { readonly kind: 'head manifest'; readonly manifest: ManifestName }

/** How far an act is. Each name says what the server does next. */
export type ActStep =
  | 'not begun'
  | 'ask'
  | 'look'
  | 'send'
  | 'await'
  | 'answer'
  | 'intend'
  | 'check'
  | 'write'
  | 'tag'
  | 'over'

export interface Act {
  readonly step: ActStep
  readonly server: number
  /** Its server has left the other servers since it began. */
  readonly isStale: boolean
  /** The store has answered the request that it waits for. */
  readonly isAnswered: boolean
  readonly hasIntent: boolean
}

/** How far a collection is. Each name says what its leader does next. */
export type RunStep =
  | 'not begun'
  | 'list'
  | 'condemn'
  | 'barrier'
  | 'sentence'
  | 'send'
  | 'await'
  | 'over'

export interface Run {
  readonly step: RunStep
  readonly server: number
  /** Links go before the blobs that they need. */
  readonly batch: 'links' | 'blobs'
  /** What it found in its list that may go. */
  readonly listed: Bits
  readonly candidates: Bits
  /** The keys of the batch under way. */
  readonly victims: Bits
  readonly isAnswered: boolean
}

export interface Server {
  readonly isUp: boolean
  /** By its own clock it is no longer one of the servers. */
  readonly hasLapsed: boolean
  /** The keys that it knows to be condemned, or worse. */
  readonly known: Bits
  /** The keys that it has told a client of. */
  readonly remembered: Bits
  /** The collection whose keys it has loaded and not acknowledged, or -1. */
  readonly loading: number
  /** What it told clients is stored. It stays so while the server is one of the servers. */
  readonly told: Bits
}

/** A request that was sent and not yet applied. */
export interface Request {
  readonly verb: 'put' | 'delete'
  readonly keys: Bits
  /** The act, or the collection, that sent it. */
  readonly by: number
}

/** Everything at one moment: the store, the database, and what each process knows. */
export interface World {
  readonly stored: Bits
  readonly requests: readonly Request[]
  /** Links and tags so new that a listing may lack them. */
  readonly isNew: Bits
  /** The collection that leads, or -1. */
  readonly leader: number
  readonly condemned: Bits
  readonly sentenced: Bits
  readonly unsettled: Bits
  readonly members: Bits
  /** The servers that have loaded what the leading collection condemned. */
  readonly acknowledged: Bits
  readonly servers: readonly Server[]
  readonly acts: readonly Act[]
  readonly runs: readonly Run[]
  /** What clients were told will stay, also if servers end. */
  readonly promised: Bits
}

/** What may happen, and from where it begins. */
export interface Scenario {
  readonly stored: Bits
  readonly servers: number
  readonly acts: readonly (ActKind & { readonly server: number })[]
  /** The server of each collection. */
  readonly runs: readonly number[]
  readonly crashes?: boolean
  /**
   * The collection that a server leads ends when it is counted out, and not before.
   */
  readonly endsWithServer?: boolean
}

export function begin(scenario: Scenario): World {
  const servers = Array.from({ length: scenario.servers }, () => newServer)
  return {
    stored: scenario.stored,
    requests: [],
    isNew: 0,
    leader: -1,
    condemned: 0,
    sentenced: 0,
    unsettled: 0,
    members: (1 << scenario.servers) - 1,
    acknowledged: 0,
    servers,
    acts: scenario.acts.map(({ server }) => ({ ...newAct, server })),
    runs: scenario.runs.map((server) => ({ ...newRun, server })),
    promised: 0,
  }
}

export const newServer: Server = {
  isUp: true,
  hasLapsed: false,
  known: 0,
  remembered: 0,
  loading: -1,
  told: 0,
}

const newAct: Act = {
  step: 'not begun',
  server: 0,
  isStale: false,
  isAnswered: false,
  hasIntent: false,
}

const newRun: Run = {
  step: 'not begun',
  server: 0,
  batch: 'links',
  listed: 0,
  candidates: 0,
  victims: 0,
  isAnswered: false,
}

const replaceAt = <T>(list: readonly T[], index: number, change: Partial<T>): readonly T[] =>
  list.map((item, at) => (at === index ? { ...item, ...change } : item))

export const withAct = (world: World, index: number, change: Partial<Act>): World => ({
  ...world,
  acts: replaceAt(world.acts, index, change),
})

export const withRun = (world: World, index: number, change: Partial<Run>): World => ({
  ...world,
  runs: replaceAt(world.runs, index, change),
})

export const withServer = (world: World, index: number, change: Partial<Server>): World => ({
  ...world,
  servers: replaceAt(world.servers, index, change),
})

export const isUnderWay = (act: Act): boolean => act.step !== 'not begun' && act.step !== 'over'

/** Equal for worlds in which the same can happen. */
export function keyOf(world: World): string {
  const { servers, acts, runs, requests } = world
  let key = character(world.stored, world.isNew) + character(world.leader + 1, world.promised)
  key += character(world.condemned | (world.sentenced << 3), world.unsettled)
  key += character(world.members, world.acknowledged)
  for (const server of servers) {
    const flags = Number(server.isUp) | (Number(server.hasLapsed) << 1)
    key += character(flags, server.loading + 1)
    key += character(server.known | (server.remembered << 3), server.told)
  }
  for (const act of acts) {
    const flags = Number(act.isStale) | (Number(act.isAnswered) << 1)
    key += character(numberOf(act.step), flags | (Number(act.hasIntent) << 2))
  }
  for (const run of runs) {
    const flags = Number(run.isAnswered) | (Number(run.batch === 'blobs') << 1)
    key += character(numberOf(run.step), flags)
    key += character(run.candidates | (run.listed << 3), run.victims)
  }
  const sent = requests.map((request) =>
    character((request.by << 1) | Number(request.verb === 'put'), request.keys),
  )
  return key + sent.toSorted().join('')
}

/** Two numbers below 256. */
const character = (high: number, low: number): string => String.fromCharCode((high << 8) | low)

const numbers = new Map<string, number>()

function numberOf(word: string): number {
  let number = numbers.get(word)
  if (number === undefined) {
    number = numbers.size
    numbers.set(word, number)
  }
  return number
}
