import { getSession } from '#contract/endpoints/session.ts'
import type { Session } from '#contract/accounts/session.ts'
import { queryOptions, type QueryClient } from '@tanstack/react-query'
import { isSignedOut } from '#web/api/api-error.ts'
import { request } from '#web/api/request.ts'
import { queryKeys } from '#web/api/query-keys.ts'

/**
 * The session that ended without the person: it expired, or was ended elsewhere. Null while there
 * is one, and after the person has signed out.
 */
export const endedSessionQuery = queryOptions({
  queryKey: [...queryKeys.session, 'ended'],
  queryFn: ({ client }): Session | null =>
    client.getQueryData<Session>([...queryKeys.session, 'ended']) ?? null,
  initialData: null as Session | null,
  staleTime: Infinity,
})

/** The session; null when signed out. */
export const sessionQuery = queryOptions({
  queryKey: queryKeys.session,
  staleTime: 5 * 60_000,
  queryFn: async ({ client, signal }): Promise<Session | null> => {
    try {
      const session = await request(getSession, { signal })
      const known = knownPerson(client)
      if (known !== null && known !== session.name) forgetData(client)
      goOn(client)
      return session
    } catch (error) {
      if (!isSignedOut(error)) throw error
      noteEnd(client)
      return null
    }
  },
})

const isNoSession = {
  predicate: ({ queryKey }: { readonly queryKey: readonly unknown[] }) =>
    queryKey[0] !== queryKeys.session[0],
}

/** Whose data the cache holds; null if it is not known. */
const knownPerson = (client: QueryClient): string | null =>
  (
    client.getQueryData<Session | null>(queryKeys.session) ??
    client.getQueryData(endedSessionQuery.queryKey)
  )?.name ?? null

/** The next person must never see what the previous one was allowed to see. */
function forgetData(client: QueryClient): void {
  client.removeQueries(isNoSession)
  client.setQueryData(endedSessionQuery.queryKey, null)
}

/** After a session that had ended, the same person goes on with the same page. */
function goOn(client: QueryClient): void {
  if (!client.getQueryData(endedSessionQuery.queryKey)) return
  client.setQueryData(endedSessionQuery.queryKey, null)
  void client.invalidateQueries(isNoSession)
}

function noteEnd(client: QueryClient): void {
  const session = client.getQueryData<Session | null>(queryKeys.session)
  if (session) client.setQueryData(endedSessionQuery.queryKey, session)
}

/** The server no longer knows who sends the requests. */
export function endSession(client: QueryClient): void {
  noteEnd(client)
  client.setQueryData(sessionQuery.queryKey, null)
}

/** The person has signed in, or has signed out: null. */
export function changeSession(client: QueryClient, session: Session | null): void {
  const isSamePerson = session !== null && session.name === knownPerson(client)
  if (!isSamePerson) forgetData(client)
  client.setQueryData(sessionQuery.queryKey, session)
  goOn(client)
}
