import type { Listed, ListOptions, ObjectStore, Prefix } from '#storage/object-store.ts'
import type { Bytes } from '#storage/bytes.ts'

export const bytesOf = (text: string): Bytes => new TextEncoder().encode(text)

export function streamOf(...chunks: readonly string[]): ReadableStream<Bytes> {
  const left = chunks.map(bytesOf)
  return new ReadableStream<Bytes>({
    pull(controller) {
      const chunk = left.shift()
      if (chunk) controller.enqueue(chunk)
      else controller.close()
    },
  })
}

export function breakingAfter(text: string): ReadableStream<Bytes> {
  let sent = false
  return new ReadableStream<Bytes>({
    pull(controller) {
      if (sent) return controller.error(new Error('the client broke off'))
      sent = true
      controller.enqueue(bytesOf(text))
    },
  })
}

export const hostileKeys = [
  '',
  '/a',
  'a/',
  'a//b',
  '.',
  '..',
  '../a',
  'a/../../b',
  'a/./b',
  'a\\b',
  'a\0b',
]

export const readText = async (store: ObjectStore, key: string): Promise<string | null> => {
  const found = await store.get(key)
  return found && (await new Response(found.body).text())
}

export async function listAll(
  store: ObjectStore,
  prefix: Prefix = '',
  options?: ListOptions,
): Promise<readonly Listed[]> {
  const all: Listed[] = []
  for await (const page of store.list(prefix, options)) all.push(...page)
  return all
}

export const placeOf = (listed: Listed): string =>
  listed.kind === 'prefix' ? listed.prefix : listed.key

export const places = async (...list: Parameters<typeof listAll>): Promise<string[]> =>
  (await listAll(...list)).map(placeOf)

export const putAll = (store: ObjectStore, keys: readonly string[]): Promise<unknown> =>
  Promise.all(keys.map((key) => store.put(key, bytesOf(key))))

/** The store of the current test. */
export interface OpenedStore {
  readonly store: ObjectStore
}
