import { StoreError } from '#storage/errors.ts'
import type { Listed, ObjectReader, Prefix } from '#storage/object-store.ts'

/**
 * The names directly below a prefix, each without its `/`, with what it is. A blind spot that is
 * the prefix itself, or above it, has no name: the result is empty then. Throws `StoreError`
 * `DENIED` where the lack of rights hides what is there.
 */
export async function namesBelow(
  objects: Pick<ObjectReader, 'list'>,
  prefix: Exclude<Prefix, ''>,
  { stable = false }: { readonly stable?: boolean } = {},
): Promise<ReadonlyMap<string, Listed['kind']>> {
  const names = new Map<string, Listed['kind']>()
  for await (const page of objects.list(prefix, { delimiter: '/', stable })) {
    for (const listed of page) {
      const key = listed.kind === 'prefix' ? listed.prefix.slice(0, -1) : listed.key
      if (listed.kind === 'blind spot' && listed.obstacle === 'no permission') {
        throw new StoreError('DENIED', key)
      }
      if (key.startsWith(prefix)) names.set(key.slice(prefix.length), listed.kind)
    }
  }
  return names
}
