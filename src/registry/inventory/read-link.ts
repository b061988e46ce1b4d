import type { Digest } from '#domain/values/digest.ts'
import { digestInLink } from '../tags/link.ts'
import { StorageError, type StorageReader } from '#storage/storage.ts'

type LinkReading =
  | { readonly kind: 'absent' }
  | { readonly kind: 'link'; readonly digest: Digest }
  | { readonly kind: 'broken'; readonly reason: string }

export const isDenied = (error: unknown): boolean =>
  error instanceof StorageError && error.code === 'DENIED'

/** How often a link is read while another client writes or removes it. */
const looksAtLink = 3

/**
 * Reads a link for a collection: its digest, or why that is unknown.
 * @param wasLookedFor whether the caller has just looked and found none: that was the first look
 */
export async function readLink(
  storage: StorageReader,
  folder: string,
  path: string,
  wasLookedFor = false,
): Promise<LinkReading> {
  try {
    for (let look = 0; look < looksAtLink; look += 1) {
      const file = look === 0 && wasLookedFor ? null : await storage.open(path, { whole: true })
      if (file) {
        const digest = await digestInLink(file)
        return digest
          ? { kind: 'link', digest }
          : { kind: 'broken', reason: 'its link is empty or no digest' }
      }
      const entries = await storage.list(folder)
      if (entries.length === 0) return { kind: 'absent' }
      // A symbolic link is never opened, and is no reason to remove what it stands for.
      if (entries.some(({ kind }) => kind !== 'file')) {
        return { kind: 'broken', reason: 'its link is no file' }
      }
    }
    return { kind: 'broken', reason: 'it has a file, and no link' }
  } catch (error) {
    if (!isDenied(error)) throw error
    return { kind: 'broken', reason: 'its link may not be read' }
  }
}
