import { getSession } from '#contract/endpoints/session.ts'
import type { Session } from '#contract/session.ts'
import { queryOptions } from '@tanstack/react-query'
import { isSignedOut } from '#web/api/api-error.ts'
import { request } from '#web/api/request.ts'
import { queryKeys } from '#web/api/query-keys.ts'

/** The session; null when signed out. */
export const sessionQuery = queryOptions({
  queryKey: queryKeys.session,
  staleTime: 5 * 60_000,
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      return await request(getSession, { signal })
    } catch (error) {
      if (isSignedOut(error)) return null
      throw error
    }
  },
})
