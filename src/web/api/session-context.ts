import type { Session } from '#contract/accounts/session.ts'
import { createContext, use } from 'react'

export const SessionContext = createContext<Session | null>(null)

/** The signed-in person's session. Inside the shell there always is one. */
export function useSession(): Session {
  const session = use(SessionContext)
  if (session === null) throw new Error('useSession is for pages inside the shell')
  return session
}
