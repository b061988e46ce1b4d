import { StoreError, type StoreErrorCode } from '#storage/errors.ts'
import type { KeyFailed, ObjectStore } from '#storage/object-store.ts'

type Call = keyof ObjectStore

export interface StoreFault {
  readonly call: Call
  /** Which of these calls fails, from 1. */
  readonly nth: number
  /**
   * Does nothing and rejects; waits until it is released; or falsely reports success or absence.
   */
  readonly how: 'fails' | 'hangs' | 'lies'
  readonly code?: StoreErrorCode
}

const sizeOf = async (body: Parameters<ObjectStore['put']>[1]): Promise<number> =>
  (await new Response(body).arrayBuffer()).byteLength

const nothing = (): void => {}
const none = async () => null
const done = async () => undefined
const absent = { kind: 'absent' } as const
const removed = { kind: 'removed', bytes: 0 } as const

/** A store with one failing call. All other calls, bodies and answers pass through unchanged. */
export function failingObjectStore(inner: ObjectStore, fault: StoreFault) {
  const { call, nth, how, code = 'FAILED' } = fault
  let calls = 0
  let goOn = nothing
  const going = new Promise<void>((resolve) => (goOn = resolve))
  const isMet = (name: Call): boolean => name === call && (calls += 1) === nth

  async function one<T>(name: Call, act: () => Promise<T>, lie: () => Promise<T>): Promise<T> {
    if (!isMet(name)) return await act()
    if (how === 'fails') throw new StoreError(code, name)
    return await (how === 'lies' ? lie() : going.then(act))
  }

  /** Each of many keys fails by itself. */
  const many = <T>(
    name: Call,
    keys: readonly string[],
    act: () => Promise<readonly T[]>,
    lie: T,
  ) => {
    const failed: KeyFailed = { kind: 'failed', code, reason: 'it was told to' }
    const says = how === 'lies' ? lie : failed
    return isMet(name) ? (how === 'hangs' ? going.then(act) : keys.map(() => says)) : act()
  }

  const store: ObjectStore = {
    get: (...a) => one('get', () => inner.get(...a), none),
    getMany: async (keys, ...a) => many('getMany', keys, () => inner.getMany(keys, ...a), absent),
    headMany: async (keys, ...a) =>
      many('headMany', keys, () => inner.headMany(keys, ...a), absent),
    put: (key, body, ...a) => {
      const size = () => sizeOf(body)
      return one('put', () => inner.put(key, body, ...a), size)
    },
    /** Breaks off after some items, or leaves out the last of each page. */
    async *list(...a) {
      const wrong = isMet('list') ? how : null
      if (wrong === 'hangs') await going
      for await (const page of inner.list(...a)) {
        yield wrong === 'lies' ? page.slice(0, -1) : page
        if (wrong === 'fails') break
      }
      if (wrong === 'fails') throw new StoreError(code, 'list')
    },
    deleteMany: async (keys, ...a) =>
      many('deleteMany', keys, () => inner.deleteMany(keys, ...a), removed),
    move: (...a) => one('move', () => inner.move(...a), done),
    pruneMany: (prefixes) =>
      one(
        'pruneMany',
        () => inner.pruneMany(prefixes),
        async () => prefixes.map(() => true),
      ),
  }
  return { store, hasMet: () => calls >= nth, goOn }
}
