import { isCommonPassword } from '#domain/access/common-password.ts'
import { err, type Result } from '#domain/values/result.ts'
import { parsePassword } from '#domain/access/password.ts'

/** A password that is set for an account. */
export function parseNewPassword(input: unknown, accountName: string): Result<string> {
  const password = parsePassword(input)
  if (!password.ok || !isCommonPassword(password.value, [accountName])) return password
  return err({ code: 'INVALID_PASSWORD', field: 'password', message: tooCommon })
}

const tooCommon =
  'this password is among the first that are guessed: choose another, such as a few words that have nothing to do with each other'
