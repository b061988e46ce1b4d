import { getSession } from '#contract/endpoints/session.ts'
import type { Session } from '#contract/accounts/session.ts'
import { queryOptions } from '@tanstack/react-query'
import { isSignedOut } from '#web/api/api-error.ts'
import { request } from '#web/api/request.ts'
import { queryKeys } from '#web/api/query-keys.ts'

/** Whether the last session ended without the person: it expired, or was ended elsewhere. */
export const sessionEndedQuery = queryOptions({
  queryKey: [...queryKeys.session, 'ended'],
  queryFn: () => false,
  initialData: false,
  staleTime: Infinity,
})

/** The session; null when signed out. */
export const sessionQuery = queryOptions({
  queryKey: queryKeys.session,
  staleTime: 5 * 60_000,
  queryFn: async ({ client, signal }): Promise<Session | null> => {
    try {
      return await request(getSession, { signal })
    } catch (error) {
      if (!isSignedOut(error)) throw error
      if (client.getQueryData(queryKeys.session)) {
        client.setQueryData(sessionEndedQuery.queryKey, true)
      }
      return null
    }
  },
})
