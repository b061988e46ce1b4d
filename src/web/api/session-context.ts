import type { Session } from '#contract/session.ts'
import { createContext, use } from 'react'

export const SessionContext = createContext<Session | null>(null)

/** Who is signed in. Inside the shell there is always somebody. */
export function useSession(): Session {
  const session = use(SessionContext)
  if (session === null) throw new Error('useSession is for pages inside the shell')
  return session
}
