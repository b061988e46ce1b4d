// Without letters that look alike: people read passwords out to each other.
const letters = 'abcdefghjkmnpqrstuvwxyz23456789'
const groups = 5
const groupLength = 4

/** `k7mp-x2vq-…`: twenty letters and digits, about a hundred bits of entropy. */
export function suggestPassword(): string {
  const chosen: string[] = []
  while (chosen.length < groups * groupLength) {
    for (const byte of crypto.getRandomValues(new Uint8Array(32))) {
      // Bytes beyond a whole number of alphabets would favour its first letters.
      if (byte < 256 - (256 % letters.length)) chosen.push(letters.charAt(byte % letters.length))
    }
  }
  return Array.from({ length: groups }, (_, at) =>
    chosen.slice(at * groupLength, (at + 1) * groupLength).join(''),
  ).join('-')
}
