import { sessionCalls } from '#contract/endpoints/session.ts'
import { changeOwnPassword } from '#services/accounts/accounts.ts'
import { signedIn } from '../../middleware/access.ts'
import { refusalError } from '../../errors.ts'
import type { ApiServices } from '../../services.ts'
import { changerOf } from './accounts.ts'
import { invalidParameter } from '../invalid-input.ts'
import { readBody } from '../read-body.ts'
import type { Handlers } from '../mount-calls.ts'

/** Changes one's own password, which requires the current one: a session alone is not enough. */
export const ownPasswordHandlers = (services: ApiServices) =>
  ({
    changeOwnPassword: async (context) => {
      const { name } = signedIn(context)
      const { current, password: next } = await readBody(
        context,
        sessionCalls.changeOwnPassword.body,
      )
      const changed = await changeOwnPassword(services, name, { current, next }, changerOf(context))
      if (changed.ok) return context.body(null, 204)
      const { refusal } = changed
      if (refusal.code === 'INVALID_PASSWORD') throw invalidParameter('password', refusal.message)
      throw refusalError(refusal)
    },
  }) satisfies Partial<Handlers<typeof sessionCalls>>
