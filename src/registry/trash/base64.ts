import type { Bytes } from '#storage/storage.ts'

/** Throws on what is no base64. */
export function decodeBase64(text: string): Bytes {
  const characters = atob(text)
  const bytes = new Uint8Array(characters.length)
  for (let position = 0; position < bytes.length; position += 1) {
    bytes[position] = characters.charCodeAt(position)
  }
  return bytes
}
