import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiError, isSignedOut } from '#web/api/api-error.ts'
import { queryKeys } from '#web/api/query-keys.ts'

const attempts = 3

/** Trying again helps only where the server is away or stumbled, never where it refused. */
const worthRetrying = (error: Error): boolean =>
  error instanceof ApiError && (error.status === 0 || error.status >= 502)

/** One cache for the page. A 401 to any call empties the session, and the shell asks to sign in. */
export function createQueryClient(): QueryClient {
  const forgetSession = (error: unknown): void => {
    if (isSignedOut(error)) client.setQueryData(queryKeys.session, null)
  }
  const client = new QueryClient({
    queryCache: new QueryCache({ onError: forgetSession }),
    mutationCache: new MutationCache({
      onError: forgetSession,
      // Whatever is changed is written down there, and may be on the screen.
      onSettled: () => void client.invalidateQueries({ queryKey: queryKeys.activity }),
    }),
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (failures, error) => failures < attempts - 1 && worthRetrying(error),
        retryDelay: (failures) => Math.min(500 * 2 ** failures, 4000),
        // "always": a call that cannot be made fails at once and says so. A deletion that waits in
        // silence for the network and goes off ten minutes later is worse than an error.
        networkMode: 'always',
        refetchOnReconnect: true,
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  })
  return client
}
