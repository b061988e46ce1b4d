import { passwordChangeRequest } from '#contract/accounts.ts'
import { changeOwnPassword } from '#services/accounts/accounts.ts'
import { signedIn } from '../../middleware/access.ts'
import { refusalError } from '../../errors.ts'
import type { ApiServices } from '../../services.ts'
import { changerOf } from './accounts.ts'
import { invalidParameter } from '../invalid-input.ts'
import { readBody } from '../read-body.ts'
import type { Resource } from '../mount-resource.ts'

/** Changes one's own password, which requires the current one: a session alone is not enough. */
export const ownPasswordResource = (services: ApiServices): Resource => ({
  PUT: {
    by: 'signed in',
    answer: async (context) => {
      const { name } = signedIn(context)
      const { current, password: next } = await readBody(context, passwordChangeRequest)
      const changed = await changeOwnPassword(services, name, { current, next }, changerOf(context))
      if (changed.ok) return context.body(null, 204)
      const { refusal } = changed
      if (refusal.code === 'INVALID_PASSWORD') throw invalidParameter('password', refusal.message)
      throw refusalError(refusal)
    },
  },
})
