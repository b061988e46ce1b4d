import { randomBytes } from '@noble/hashes/utils.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { createDigester } from '#adapters/crypto-web/digester.ts'
import { createMemoryPasswordHasher } from '#adapters/crypto-web/password-hasher.ts'
import { createMemoryCoordination } from '#adapters/memory/coordination/memory-coordination.ts'
import { createMemoryLead } from '#adapters/memory/coordination/memory-leadership.ts'
import { fencedStores } from '#storage/wrappers/fenced-store.ts'
import { createMemoryState } from '#adapters/memory/memory-state.ts'
import { createMemoryObjectStore } from '#adapters/memory/memory-object-store.ts'
import { createMemoryUploadStore } from '#adapters/memory/memory-upload-store.ts'
import {
  createMemoryFileTree,
  type MemoryFileTree,
  type SnapshotFile,
} from '#adapters/memory/memory-file-tree.ts'
import { blobsRoot } from '#registry/layout.ts'
import { createApi, type Api } from '#http/app.ts'
import { composeServices, type ComposedServices } from '#hosts/compose.ts'
import { layOutHugeRepository } from './huge-registry.ts'
import { theServer } from '#services/activity/actor.ts'
import { recoverTrash } from '#services/images/recover-trash.ts'
import { loadSamples } from '#services/samples/load-samples.ts'
import { createMockAccounts, mockAccounts } from './accounts.ts'
import { damageLargestBlob, withFaults, withSlowRemovals, withStoreFault } from './faults.ts'
import { beginCompany } from './company/begin-company.ts'
import { buildCompany, type Company } from './company/build-company.ts'
import { dayMs } from './company/calendar.ts'
import { layOutCompany } from './company/lay-out-company.ts'
import { companyAccounts } from './company/people.ts'
import { createId } from './create-id.ts'
import type { Persistence } from './persistence.ts'
import type { ScenarioTraits } from './scenarios.ts'
import { yieldToEventLoop } from './yield-to-event-loop.ts'

export interface MockHostOptions {
  readonly traits: ScenarioTraits
  /** The dashboard's origin, which is also the target of pushes. */
  readonly origin: string
  /** Creates the place where changes are saved; its argument returns the state to save. */
  readonly openPersistence: (stateSnapshot: () => ReturnType<MockState['snapshot']>) => Persistence
}

type MockState = ReturnType<typeof createMemoryState>

export interface MockHost {
  readonly services: ComposedServices
  /** Answers every call of the dashboard. Its changes are saved when it resolves. */
  fetch(request: Request): Promise<Response>
  /** Lets the scheduler check the clock. */
  tick(): Promise<void>
}

const wait = (durationMs: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, durationMs))

const hugeRegistry = { repository: 'team/monorepo', tagCount: 100_000, imageCount: 2_000 }

/** The files of a new registry, each reported, so that it can be saved. */
function* newFiles(
  content: ScenarioTraits['content'],
  company: Company | null,
  nowMs: number,
  report: Persistence['fileChanged'],
): Generator<readonly [path: string, file: SnapshotFile]> {
  const files =
    company !== null
      ? layOutCompany(company, nowMs)
      : content === 'huge'
        ? layOutHugeRepository({ ...hugeRegistry, newestAtMs: nowMs })
        : []
  for (const file of files) {
    report(...file)
    yield file
  }
}

/** The disk of the page is made up: the smallest of usual sizes on which everything fits. */
function pretendedDisk(storedBytes: number): number {
  let size = 32_000_000
  while (size < storedBytes) size *= 2
  return size
}

function blobBytesOf(files: MemoryFileTree): number {
  let sum = 0
  for (const [path, { bytes }] of files.files()) {
    if (path.startsWith(blobsRoot)) sum += bytes.byteLength
  }
  return sum
}

/** Creates a scenario's initial registry, and starts what runs in it. */
async function beginAnew(
  services: ComposedServices,
  api: Api,
  { traits, origin }: MockHostOptions,
): Promise<void> {
  const { content, collecting } = traits
  const { registry, collections } = services
  if (content === 'samples') {
    const principal = { name: mockAccounts[0].name, isAdmin: true, grants: [] }
    await loadSamples({ push: api.fetchAs(principal), origin })
  }
  if (!collecting) return
  for (const tag of ['pr-1184', 'pr-1185', 'pr-1187']) {
    const path = `/api/v0/repositories/team/web/manifests/${tag}`
    const principal = { name: mockAccounts[1].name, isAdmin: false, grants: mockAccounts[1].grants }
    await api.fetchAs(principal)(new Request(new URL(path, origin), { method: 'DELETE' }))
  }
  await registry.queries.repositories()
  await collections.startCollection({ trigger: 'schedule', actor: theServer })
}

/** The real application over memory: like the server host, but without a server. */
export async function createMockHost(options: MockHostOptions): Promise<MockHost> {
  const { traits, origin, openPersistence } = options
  let snapshot: (() => ReturnType<MockState['snapshot']>) | null = null
  const persistence = openPersistence(() => {
    if (snapshot === null) throw new Error('there is no state yet')
    return snapshot()
  })
  const saved = await persistence.load()
  /** What is done for people in the past is done at this instant. */
  let pretendedMs: number | null = null
  const clock = { nowMs: () => pretendedMs ?? Date.now() }
  const startedAtMs = clock.nowMs()
  const company = saved === null && traits.content === 'company' ? buildCompany(startedAtMs) : null
  const state = createMemoryState({
    snapshot: saved?.state ?? null,
    onChange: persistence.stateChanged,
  })
  snapshot = state.snapshot
  const files = createMemoryFileTree({
    files: saved?.files ?? newFiles(traits.content, company, startedAtMs, persistence.fileChanged),
    onChange: persistence.fileChanged,
    clock,
  })
  // Nothing else can reach this memory, so the lead is free, and is never lost.
  const attempt = await createMemoryLead().candidate('the registry in this page').acquire()
  if (!attempt.ok) throw new Error(`held by ${attempt.holder}`)
  const { objects, uploadStore } = fencedStores(
    { objects: createMemoryObjectStore(files), uploadStore: createMemoryUploadStore(files) },
    attempt.term.mayWrite,
  )
  const hasher = createMemoryPasswordHasher()
  const services: ComposedServices = composeServices({
    objects: withStoreFault(withSlowRemovals(objects, traits.removalMs), traits.storage),
    uploadStore,
    state,
    coordination: createMemoryCoordination({ clock, wait }),
    createDigester,
    hasher,
    clock,
    createId,
    pause: yieldToEventLoop,
    wait,
    // One after the other if each is slow enough to watch: Stop then waits for one only.
    ...(traits.removalMs > 0 ? { removalsAtOnce: 1 } : {}),
    randomBytes,
    sha256,
    log: (level, message) => {
      if (level === 'error') reportError(new Error(message))
    },
    freeBytes: async () => {
      const storedBytes = services.reclaimable.lastAmounts()?.storedBytes ?? blobBytesOf(files)
      return pretendedDisk(storedBytes) - storedBytes
    },
    loadSamples,
    host: { kind: 'mock', version: 'demo', registryHost: new URL(origin).host },
  })

  // A page cannot read an answer's cookie, so the session is kept here.
  let sessionToken = saved?.sessionToken ?? null
  const remember = (token: string | null): void => {
    sessionToken = token
    persistence.sessionChanged(token)
  }
  const { authentication } = services
  const api = createApi({
    ...services,
    authentication: {
      ...authentication,
      async signIn(...credentials) {
        const signedIn = await authentication.signIn(...credentials)
        if (signedIn.ok) remember(signedIn.value.token)
        return signedIn
      },
      async signOut(token, from) {
        await authentication.signOut(token, from)
        if (token === sessionToken) remember(null)
      },
    },
  })

  if (saved === null) {
    await createMockAccounts(
      state,
      company === null ? mockAccounts : companyAccounts,
      hasher,
      company === null ? startedAtMs : startedAtMs - 364 * dayMs,
      createId,
    )
    if (company === null) await beginAnew(services, api, options)
    else {
      await beginCompany(company, {
        state,
        storedBytes: blobBytesOf(files),
        origin,
        nowMs: startedAtMs,
        capacityOf: pretendedDisk,
        actAt(atMs, principal, request) {
          pretendedMs = atMs
          return api.fetchAs(principal)(request)
        },
      })
      pretendedMs = null
    }
    if (traits.storage === 'damaged') await damageLargestBlob(files)
  } else {
    await recoverTrash(services)
    await services.jobs.closeInterrupted()
  }
  await services.pullRecorder.begin()
  await persistence.flush()

  return {
    services,
    fetch: withFaults(async (request) => {
      const response = await api.fetch(request, sessionToken === null ? {} : { sessionToken })
      await persistence.flush()
      return response
    }, traits),
    async tick() {
      await services.schedulers.tick(clock.nowMs())
      await persistence.flush()
    },
  }
}
