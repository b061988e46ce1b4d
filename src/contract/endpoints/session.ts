import { passwordChangeRequest, session, signInRequest } from '../accounts/session.ts'
import { table, type Calls } from './call.ts'
import { noContent } from './endpoint.ts'

export const signIn = {
  name: 'signIn',
  method: 'POST',
  path: '/session',
  answer: session,
} as const

export const getSession = {
  name: 'getSession',
  method: 'GET',
  path: '/session',
  answer: session,
} as const

export const signOut = {
  name: 'signOut',
  method: 'DELETE',
  path: '/session',
  answer: noContent,
} as const

export const changeOwnPassword = {
  name: 'changeOwnPassword',
  method: 'PUT',
  path: '/session/password',
  answer: noContent,
} as const

export const sessionCalls = /* @__PURE__ */ table(
  () =>
    ({
      signIn: {
        endpoint: signIn,
        by: 'anyone',
        summary: 'Sign in: the answer sets the cookie of a session',
        notes:
          'For browsers. A program sends HTTP Basic with each call instead, which needs no session.',
        body: signInRequest,
        headers: ['Set-Cookie'],
        refusals: ['NOT_AUTHENTICATED'],
        example: { body: { name: 'reader', password: 'reader-password' } },
      },
      getSession: {
        endpoint: getSession,
        by: 'signed in, or by access token',
        summary: 'Say who is signed in',
        example: {},
      },
      signOut: {
        endpoint: signOut,
        // A caller whose session has already ended gets what they wanted.
        by: 'anyone',
        summary: 'Sign out: the session ends, and its cookie goes',
        headers: ['Set-Cookie'],
        example: {},
      },
      changeOwnPassword: {
        endpoint: changeOwnPassword,
        by: 'signed in',
        summary: 'Change one’s own password, and end one’s other sessions',
        body: passwordChangeRequest,
        refusals: ['WRONG_PASSWORD'],
        example: { body: { current: 'admin-password', password: 'a long new password' } },
      },
    }) as const satisfies Calls,
)
