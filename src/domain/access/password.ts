import { accepted, refused, type Parsed } from '../values/parsed.ts'

/** In characters. Length is what makes guessing hard: nothing else is asked (NIST SP 800-63B). */
export const passwordBounds = { minimum: 8, maximum: 256 } as const

/** A password that somebody chooses; one that is compared is taken as it comes. */
export function parsePassword(input: unknown): Parsed<string> {
  const length = typeof input === 'string' ? Array.from(input).length : 0
  if (typeof input !== 'string' || length < passwordBounds.minimum) {
    return wrong(`a password has at least ${passwordBounds.minimum} characters`)
  }
  if (length > passwordBounds.maximum) {
    return wrong(`a password has at most ${passwordBounds.maximum} characters`)
  }
  return accepted(input)
}

const wrong = (message: string) => refused({ code: 'INVALID_PASSWORD', field: 'password', message })
