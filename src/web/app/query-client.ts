import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiError, isSignedOut } from '#web/api/api-error.ts'
import { queryKeys } from '#web/api/query-keys.ts'
import { endSession } from '#web/features/session/queries.ts'

const attempts = 3

/** A retry helps only when the server is down or failed, never after a refusal. */
const worthRetrying = (error: Error): boolean =>
  error instanceof ApiError && (error.status === 0 || error.status >= 502)

/**
 * The page's one query client. A 401 to any call clears the session, and the shell then asks to
 * sign in.
 */
export function createQueryClient(): QueryClient {
  const forgetSession = (error: unknown): void => {
    if (isSignedOut(error)) endSession(client)
  }
  const client = new QueryClient({
    queryCache: new QueryCache({ onError: forgetSession }),
    mutationCache: new MutationCache({
      onError: forgetSession,
      // The activity records every change, and may be on the screen.
      onSettled: () => void client.invalidateQueries({ queryKey: queryKeys.activity }),
    }),
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (failures, error) => failures < attempts - 1 && worthRetrying(error),
        retryDelay: (failures) => Math.min(500 * 2 ** failures, 4000),
        // "always": a call that cannot be made fails at once and says so. A deletion that waits for
        // the network and runs ten minutes later is worse than an error.
        networkMode: 'always',
        refetchOnReconnect: true,
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  })
  return client
}
