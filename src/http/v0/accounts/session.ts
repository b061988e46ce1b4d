import { sessionCalls } from '#contract/endpoints/session.ts'
import { sessionCookieName, type Session } from '#contract/accounts/session.ts'
import type { Principal } from '#services/accounts/authentication.ts'
import type { Context } from 'hono'
import { deleteCookie, setCookie } from 'hono/cookie'
import { sentSession, signedIn } from '../../middleware/access.ts'
import type { Env } from '../../request-context.ts'
import { refusalError } from '../../errors.ts'
import { isReachedByTls } from '../../public-origin.ts'
import type { ApiServices } from '../../services.ts'
import { readBody } from '../read-body.ts'
import type { Handlers } from '../mount-calls.ts'

const toSessionResponse = ({ name, isAdmin }: Principal): Session => ({ name, isAdmin })

const cookieOptions = (context: Context<Env>) =>
  ({ path: '/', httpOnly: true, sameSite: 'Strict', secure: isReachedByTls(context) }) as const

export const sessionHandlers = ({ authentication, clock }: ApiServices) =>
  ({
    signIn: async (context) => {
      const { name, password } = await readBody(context, sessionCalls.signIn.body)
      const from = context.env.remoteAddress ?? null
      const signIn = await authentication.signIn(name, password, from)
      if (!signIn.ok) throw refusalError(signIn.refusal)
      // One browser, one session: the previous one would stay valid but unused.
      const before = sentSession(context)
      if (before !== undefined) await authentication.signOut(before, from)
      const { principal, token, expiresAtMs } = signIn.value
      setCookie(context, sessionCookieName, token, {
        ...cookieOptions(context),
        maxAge: Math.max(0, Math.floor((expiresAtMs - clock.nowMs()) / 1000)),
      })
      return context.json(toSessionResponse(principal))
    },
    getSession: (context) => context.json(toSessionResponse(signedIn(context))),
    signOut: async (context) => {
      const sent = sentSession(context)
      if (sent !== undefined) {
        await authentication.signOut(sent, context.env.remoteAddress ?? null)
      }
      deleteCookie(context, sessionCookieName, cookieOptions(context))
      return context.body(null, 204)
    },
  }) satisfies Partial<Handlers<typeof sessionCalls>>
