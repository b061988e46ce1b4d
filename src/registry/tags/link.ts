import { parseDigest, type Digest } from '#domain/values/digest.ts'
import type {
  GetOutcome,
  ReadHints,
  ObjectReader,
  ObjectStore,
  PutOptions,
} from '#storage/object-store.ts'
import type { Read } from '#storage/single-object.ts'
import type { Bytes } from '#storage/bytes.ts'

/** No link is longer than a sha512 digest; a larger file is no link and need not be read. */
const maximumLinkBytes = 256

const decoder = new TextDecoder()

export const writeLink = (
  objects: Pick<ObjectStore, 'put'>,
  key: string,
  digest: Digest,
  options?: PutOptions,
): Promise<number> => objects.put(key, new TextEncoder().encode(digest), options)

/** Reads links. As many outcomes as keys, in their order. */
export const readLinks = (
  objects: Pick<ObjectReader, 'getMany'>,
  keys: readonly string[],
  hints?: ReadHints,
): Promise<readonly GetOutcome[]> =>
  objects.getMany(keys, { maximumBytes: maximumLinkBytes, ...hints })

/** Where a link points, or null if it is empty or holds no digest. */
export const digestOfLink = (link: Read): Digest | null =>
  link.kind === 'found' ? digestInBytes(link.bytes) : null

function digestInBytes(bytes: Bytes): Digest | null {
  const parsed = parseDigest(decoder.decode(bytes).trim())
  return parsed.ok ? parsed.value : null
}
