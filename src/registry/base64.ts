import type { Bytes } from './storage.ts'

/** Arguments of one call are limited; this many are safe everywhere. */
const chunkBytes = 0x8000

export function encodeBase64(bytes: Bytes): string {
  let text = ''
  for (let start = 0; start < bytes.length; start += chunkBytes) {
    text += String.fromCharCode(...bytes.subarray(start, start + chunkBytes))
  }
  return btoa(text)
}

/** Throws on what is no base64. */
export const decodeBase64 = (text: string): Bytes =>
  Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
