import { ok, err, type Result } from '../values/result.ts'

declare const nameBrand: unique symbol

/** `dana`, `ci.deploy`, `ana@example.com`: the name for signing in. */
export type AccountName = string & { readonly [nameBrand]: 'AccountName' }

// No colon: HTTP Basic ends the name there. No capitals: `Dana` and `dana` would be two people.
const namePattern = /^[a-z0-9](?:[a-z0-9._@+-]*[a-z0-9])?$/
const maximumLength = 64

export function parseAccountName(input: unknown): Result<AccountName> {
  if (typeof input !== 'string' || input.length > maximumLength || !namePattern.test(input)) {
    return err({
      code: 'INVALID_ACCOUNT_NAME',
      field: 'name',
      message: `a name has lower-case letters, digits and . _ @ + - between them, at most ${maximumLength} characters`,
    })
  }
  return ok(input as AccountName)
}
