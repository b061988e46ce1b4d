import type { PasswordChangeRequest } from '#contract/accounts.ts'
import { apiPaths } from '#contract/paths.ts'
import { session, type Session, type SignInRequest } from '#contract/session.ts'
import { mutationOptions, type QueryClient } from '@tanstack/react-query'
import { queryKeys } from '#web/api/query-keys.ts'
import { noContent, request } from '#web/api/request.ts'
import { sessionQuery } from './queries.ts'

/** Clears the cache: the next person must never see what the previous one was allowed to see. */
function startAnew(client: QueryClient, data: Session | null): void {
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] })
  client.setQueryData(sessionQuery.queryKey, data)
}

export const signInMutation = (client: QueryClient) =>
  mutationOptions({
    mutationKey: queryKeys.session,
    mutationFn: (body: SignInRequest) =>
      request({ schema: session, path: apiPaths.session, method: 'POST', body }),
    onSuccess: (signedIn) => startAnew(client, signedIn),
  })

export const signOutMutation = (client: QueryClient) =>
  mutationOptions({
    mutationKey: queryKeys.session,
    mutationFn: () => request({ schema: noContent, path: apiPaths.session, method: 'DELETE' }),
    onSuccess: () => startAnew(client, null),
  })

export const changePasswordMutation = mutationOptions({
  mutationFn: (body: PasswordChangeRequest) =>
    request({ schema: noContent, path: apiPaths.ownPassword, method: 'PUT', body }),
})
