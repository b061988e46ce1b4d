import { ok, err, type Result } from '../values/result.ts'

/**
 * In characters. Length is what makes guessing hard: nothing else is required (NIST SP 800-63B).
 */
export const passwordBounds = { minimum: 8, maximum: 256 } as const

/** A password to set; one that is only compared is used as it comes. */
export function parsePassword(input: unknown): Result<string> {
  const length = typeof input === 'string' ? Array.from(input).length : 0
  if (typeof input !== 'string' || length < passwordBounds.minimum) {
    return wrong(`a password has at least ${passwordBounds.minimum} characters`)
  }
  if (length > passwordBounds.maximum) {
    return wrong(`a password has at most ${passwordBounds.maximum} characters`)
  }
  return ok(input)
}

const wrong = (message: string) => err({ code: 'INVALID_PASSWORD', field: 'password', message })
