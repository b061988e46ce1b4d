import type { ChangeFeed } from '#coordination/change-feed.ts'
import type { RunLocked } from '#coordination/repository-lock.ts'
import { parseDigest } from '#domain/values/digest.ts'
import { fieldsOr } from '#domain/values/json-fields.ts'
import { parseRepositoryName } from '#domain/values/repository-name.ts'
import { parseTagName } from '#domain/values/tag-name.ts'
import type { RegistryChange, RegistryChanges } from '#registry/registry-change.ts'

/** What servers that share a storage tell each other of its repositories. */
export interface ChangesOfServers {
  /**
   * Resolves when the others can hear of all that changed here before. Never rejects: what could not
   * be told is told with the next change, and found out before as what other software writes.
   */
  told(): Promise<void>
  /** Resolves when what the others had told before is known here. Rejects if that is not known. */
  heard(): Promise<void>
  /** The lock, whose next holder on any server can hear of all that was changed under it. */
  tellingBeforeUnlock(runLocked: RunLocked): RunLocked
}

type ChangesFeed = Pick<ChangeFeed, 'publish' | 'since' | 'newest'>

export interface ChangesOfServersDeps {
  /** Absent: this server shares its storage with no other. */
  readonly feed?: ChangesFeed
  readonly changes: RegistryChanges
  readonly createId: () => string
  /** For the log. */
  readonly report: (what: string, error: unknown) => void
}

const noOthers: ChangesOfServers = {
  told: async () => {},
  heard: async () => {},
  tellingBeforeUnlock: (runLocked) => runLocked,
}

export const createChangesOfServers = ({ feed, ...deps }: ChangesOfServersDeps): ChangesOfServers =>
  feed === undefined ? noOthers : changesOver(feed, deps)

const topic = 'registry'

/** More than these are told as several changes of the feed. */
const changesAtOnce = 500
/** Of a database that was lost for long; older ones have been found out by then. */
const changesKept = 10_000

interface Told {
  readonly from: string
  readonly changes: readonly RegistryChange[]
}

/** Runs the act as often as it takes that each caller had one which began after its call. */
function coalesced(act: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null
  let next: Promise<void> | null = null
  function run(): Promise<void> {
    running = act().finally(() => {
      running = null
    })
    return running
  }
  return () => {
    if (running === null) return run()
    next ??= running.then(() => {
      next = null
      return run()
    })
    return next
  }
}

function changesOver(
  feed: ChangesFeed,
  { changes, createId, report }: Omit<ChangesOfServersDeps, 'feed'>,
): ChangesOfServers {
  const self = createId()
  let untold: RegistryChange[] = []
  let seen: number | null = null
  let isHearing = false

  async function tell(): Promise<void> {
    while (untold.length > 0) {
      const batch = untold.slice(0, changesAtOnce)
      const body: Told = { from: self, changes: batch }
      try {
        await feed.publish(topic, JSON.stringify(body))
      } catch (error) {
        report('other servers see a change later', error)
        untold = untold.slice(-changesKept)
        return
      }
      untold = untold.slice(batch.length)
    }
  }

  async function hear(): Promise<void> {
    // What was told before is in the first look at storage, which is later.
    seen ??= await feed.newest()
    for (;;) {
      const page = await feed.since(seen)
      // Forgotten, and so old that looks at storage have found it.
      if (page === null) seen = await feed.newest()
      if (page === null || page.length === 0) return
      for (const { number, topic: of, body } of page) {
        seen = number
        if (of === topic) apply(body)
      }
    }
  }

  function apply(body: string): void {
    const told = readTold(body)
    if (told === null || told.from === self) return
    isHearing = true
    try {
      for (const change of told.changes) changes.emit(change)
    } finally {
      isHearing = false
    }
  }

  const told = coalesced(tell)
  changes.subscribe((change) => {
    if (isHearing) return
    untold.push(change)
    void told()
  })
  const heard = coalesced(hear)
  heard().catch((error: unknown) => report('changes of other servers are seen later', error))
  return {
    told,
    heard,
    tellingBeforeUnlock: (runLocked) => (repository, act, isGivenUp) =>
      runLocked(
        repository,
        async (lock) => {
          try {
            return await act(lock)
          } finally {
            await told()
          }
        },
        isGivenUp,
      ),
  }
}

/** Null: of a version that tells something else. */
function readTold(body: string): Told | null {
  try {
    const { from, changes } = fieldsOr(JSON.parse(body))
    if (typeof from !== 'string' || !Array.isArray(changes)) return null
    return { from, changes: changes.flatMap(readChange) }
  } catch {
    return null
  }
}

const valuesOf = <T>(
  stored: unknown,
  parse: (text: unknown) => { readonly ok: true; readonly value: T } | { readonly ok: false },
): readonly T[] =>
  (Array.isArray(stored) ? stored : []).flatMap((text: unknown) => {
    const parsed = parse(text)
    return parsed.ok ? [parsed.value] : []
  })

function readChange(stored: unknown): RegistryChange[] {
  const { repository, tags, manifests, areUnlinked, isGone } = fieldsOr(stored)
  const name = parseRepositoryName(repository)
  if (!name.ok) return []
  return [
    {
      repository: name.value,
      tags: valuesOf(tags, parseTagName),
      manifests: valuesOf(manifests, parseDigest),
      ...(areUnlinked === true && { areUnlinked }),
      ...(isGone === true && { isGone }),
    },
  ]
}
