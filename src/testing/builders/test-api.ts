import { createAccessToken } from '#services/accounts/access-tokens.ts'
import { createDigester } from '#adapters/crypto-web/digester.ts'
import { createMemoryCoordination } from '#adapters/memory/coordination/memory-coordination.ts'
import { createMemoryState } from '#adapters/memory/memory-state.ts'
import { objectsOverFiles } from '#adapters/filesystem/objects-over-file-tree.ts'
import { uploadsOverFiles } from '#adapters/filesystem/uploads-over-files.ts'
import { createMemoryFileTree, type MemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { createApi, type Api, type HostBindings } from '#http/app.ts'
import { composeServices, type ComposedServices, type Platform } from '#hosts/compose.ts'
import type { Coordination } from '#coordination/coordination.ts'
import type { AnsweredRequest } from '#http/metrics/request-metrics.ts'
import type { Wait } from '#domain/time/clock.ts'
import type { Grant } from '#domain/access/access-level.ts'
import type { ObjectStore } from '#storage/object-store.ts'
import type { State } from '#state/state.ts'
import { loadSamples } from '#services/samples/load-samples.ts'
import { sha256 } from '@noble/hashes/sha2.js'
import type { LosableState } from '../services/losable-state.ts'
import { createRegistryClient, type RegistryClient } from './registry-client.ts'

/** All accounts of these tests, with their access. A password is the name and `-password`. */
export const testPeople = {
  admin: { isAdmin: true, grants: [] },
  owner: { isAdmin: false, grants: [{ scope: 'team', accessLevel: 'admin' }] },
  writer: { isAdmin: false, grants: [{ scope: 'team', accessLevel: 'read-write' }] },
  reader: { isAdmin: false, grants: [{ scope: 'team', accessLevel: 'read-only' }] },
  stranger: { isAdmin: false, grants: [] },
} as const satisfies Record<string, { isAdmin: boolean; grants: readonly Grant[] }>

export type TestPerson = keyof typeof testPeople

export const passwordOf = (name: TestPerson): string => `${name}-password`

/** A clock that stands still until it is moved. */
export interface TestClock {
  nowMs(): number
  advance(milliseconds: number): void
}

/** The whole application over memory, without a host. */
export interface TestApi extends Api {
  readonly services: ComposedServices
  readonly gate: ComposedServices['gate']
  readonly storage: MemoryFileTree
  readonly clock: TestClock
  /** The error log: failures that a client sees only as a 5xx. */
  readonly failures: readonly string[]
  /** A client of this account, by Basic; null: anonymous. */
  as(name: TestPerson | null, bindings?: HostBindings): RegistryClient
  /** Creates an access token, and returns a client that uses it as the account's password. */
  tokenOf(
    owner: TestPerson,
    asked?: {
      readonly name?: string
      readonly scope?: readonly string[]
      readonly actions?: readonly string[]
      readonly expiresAtMs?: number | null
    },
  ): Promise<{ readonly id: string; readonly secret: string; readonly client: RegistryClient }>
}

/** Passwords in these tests are no secrets, and a real hash is slow on purpose. */
const transparentHasher = {
  hash: async (password: string) => `transparent:${password}`,
  verify: async (password: string, hash: string) => hash === `transparent:${password}`,
}

export interface TestApiOptions {
  /** The platform's wait. Default: a task instead of a time. */
  readonly wait?: (milliseconds: number) => Promise<void>
  readonly logRequest?: (request: AnsweredRequest) => void
  readonly corsOrigins?: readonly string[]
  /** The initial images, or a storage that the test watches. */
  readonly storage?: MemoryFileTree
  /** The store of objects over that storage, for a test that watches it. */
  readonly objects?: ObjectStore
  readonly createId?: () => string
  /** Default: one in memory, which is always there. */
  readonly losable?: LosableState
  /** One of several servers over this state, the storage, and what they tell each other. */
  readonly shared?: { readonly state: State; readonly feed: Platform['feed'] & {} }
  /** Default: one in memory. */
  readonly state?: State
  /** Default: that of one process. */
  readonly coordination?: Coordination
  /** Default: a read of the storage tells whether it answers. */
  readonly reachStorage?: () => Promise<void>
  /** Default: the host has no file that says what runs. */
  readonly readRunningFile?: Platform['readRunningFile']
}

export async function createTestApi(options: TestApiOptions = {}): Promise<TestApi> {
  let timeMs = Date.UTC(2026, 10, 24, 12)
  const clock: TestClock = {
    nowMs: () => timeMs,
    advance(milliseconds) {
      timeMs += milliseconds
    },
  }
  const failures: string[] = []
  const { storage = createMemoryFileTree({ clock }) } = options
  const { objects = objectsOverFiles(storage) } = options
  const wait: Wait =
    options.wait ??
    ((milliseconds) =>
      new Promise<void>((resolve) =>
        setTimeout(() => {
          clock.advance(milliseconds)
          resolve()
        }),
      ))
  const services = composeServices({
    objects,
    uploadStore: uploadsOverFiles(storage, objects),
    state: options.losable?.state ?? options.shared?.state ?? options.state ?? createMemoryState(),
    ...(options.shared && { isShared: true, feed: options.shared.feed }),
    ...(options.losable && { expectState: options.losable.expectState }),
    coordination: options.coordination ?? createMemoryCoordination({ clock, wait }),
    createDigester,
    hasher: transparentHasher,
    clock,
    createId: options.createId ?? (() => crypto.randomUUID()),
    pause: () => new Promise<void>((resolve) => setTimeout(resolve)),
    wait,
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    sha256,
    log: (level, message) => {
      if (level === 'error') failures.push(message)
    },
    ...(options.reachStorage && { reachStorage: options.reachStorage }),
    ...(options.readRunningFile && { readRunningFile: options.readRunningFile }),
    ...(options.logRequest === undefined ? {} : { logRequest: options.logRequest }),
    loadSamples,
    host: {
      kind: 'mock',
      version: '0.0.0-test',
      registryHost: null,
      corsOrigins: options.corsOrigins ?? [],
    },
  })
  for (const [name, { isAdmin, grants }] of Object.entries(testPeople)) {
    const passwordHash = await transparentHasher.hash(passwordOf(name as TestPerson))
    const account = { name, passwordHash, isAdmin, isActive: true, createdAtMs: timeMs }
    await services.state.accounts.create(account)
    await services.state.accounts.setGrants(name, grants)
  }
  const api = createApi(services)
  return {
    ...api,
    services,
    gate: services.gate,
    storage,
    clock,
    failures,
    as: (name, bindings = {}) =>
      createRegistryClient(
        (request) => api.fetch(request, bindings),
        name === null ? null : { name, password: passwordOf(name) },
      ),
    async tokenOf(owner, { name = 'of a test', scope = ['*'], actions = ['pull'], ...asked } = {}) {
      const by = { name: owner, from: null }
      const token = { name, repositories: scope, actions, expiresAtMs: null, ...asked }
      const created = await createAccessToken(services, owner, token, by)
      if (!created.ok) throw new Error(created.refusal.message)
      const { secret } = created.value
      const credentials = { name: owner, password: secret }
      const client = createRegistryClient((request) => api.fetch(request), credentials)
      return { id: created.value.token.id, secret, client }
    },
  }
}
