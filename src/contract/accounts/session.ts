import * as z from 'zod/mini'

export const signInRequest = z.object({ name: z.string(), password: z.string() })
export type SignInRequest = z.infer<typeof signInRequest>

/** The signed-in account. */
export const session = z.object({ name: z.string(), isAdmin: z.boolean() })
export type Session = z.infer<typeof session>

/** `PUT /session/password`: one's own. It ends the other sessions of the account. */
export const passwordChangeRequest = z.object({ current: z.string(), password: z.string() })
export type PasswordChangeRequest = z.infer<typeof passwordChangeRequest>

/**
 * The dashboard sends this header with every call. Another site cannot, without a preflight that is
 * never granted: so a state-changing call with a session cookie needs it as proof of origin.
 */
export const sameOriginHeader = { name: 'X-Jetsam-Client', value: 'dashboard' } as const

export const sessionCookieName = 'jetsam_session'
