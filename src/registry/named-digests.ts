import type { Digest } from '#domain/digest.ts'

const oneByteText = new TextDecoder('latin1')
const named = /sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}/g
const escaped = /\\u([0-9a-fA-F]{4})/g

/**
 * Every digest that bytes name, whatever they are, each once: nothing else can lead from them to
 * anything. Also those that are written with the escapes of JSON, or in two or four bytes a letter;
 * at worst it finds some that a reader would not.
 */
export function digestsNamedIn(bytes: Uint8Array<ArrayBuffer>): readonly Digest[] {
  const text = oneByteText.decode(bytes)
  const digests = new Set<Digest>()
  const search = (where: string): void => {
    for (const [digest] of where.matchAll(named)) digests.add(digest as Digest)
  }
  search(text)
  const narrow = text.includes('\0') ? text.replaceAll('\0', '') : text
  if (narrow !== text) search(narrow)
  if (narrow.includes('\\u')) {
    search(
      narrow.replaceAll(escaped, (_: string, code: string) =>
        String.fromCharCode(Number.parseInt(code, 16)),
      ),
    )
  }
  return [...digests]
}
