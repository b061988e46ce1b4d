import { keys, without, type Bits } from '../world.ts'

interface HeldRequest {
  readonly verb: 'put' | 'delete'
  readonly keys: Bits
  isAnswered: boolean
}

/** A store whose requests are applied when the test says so, or never. */
export interface HeldStore {
  stored: Bits
  /** What listings may lack. */
  isNew: Bits
  /** Signs a request, which it refuses once the signature has expired. */
  sign(): number
  send(verb: HeldRequest['verb'], sent: Bits, signature?: number): HeldRequest
  /** So much time passes that all signatures expire. */
  expire(): void
  apply(verb: string, sent: Bits): boolean
  lose(verb: string, sent: Bits): boolean
  /** Whether a removal may still be applied. */
  isRemoving(): boolean
  /** Makes a tag, at once. */
  tag(tag: Bits): void
}

export function createHeldStore(stored: Bits): HeldStore {
  let requests: HeldRequest[] = []
  let present = 0
  function take(verb: string, sent: Bits): HeldRequest | undefined {
    const found = requests.find((one) => one.verb === verb && one.keys === sent)
    requests = requests.filter((one) => one !== found)
    return found
  }
  const store: HeldStore = {
    stored,
    isNew: 0,
    sign: () => present,
    send(verb, sent, signature = present) {
      const request = { verb, keys: sent, isAnswered: false }
      if (signature === present) requests.push(request)
      return request
    },
    expire() {
      present += 1
    },
    apply(verb, sent) {
      const request = take(verb, sent)
      if (request === undefined) return false
      const isPut = request.verb === 'put'
      store.stored = isPut ? store.stored | sent : without(store.stored, sent)
      store.isNew = isPut ? store.isNew | sent : without(store.isNew, sent)
      request.isAnswered = true
      return true
    },
    lose: (verb, sent) => take(verb, sent) !== undefined,
    isRemoving: () => requests.some(({ verb }) => verb === 'delete'),
    tag(tag) {
      store.stored |= tag
      store.isNew |= tag
    },
  }
  return store
}

/** What each key of the model is called in an agreement. */
export const folderOf = (digest: string): string =>
  digest === digestOf(keys.blob) ? `blobs/${digest}` : `links/${digest}`

export const digestOf = (key: Bits): string => `sha256:${String(key).padStart(64, '0')}`
