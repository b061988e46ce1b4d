import { changeOwnPassword, signIn, signOut } from '#contract/endpoints/session.ts'
import type { PasswordChangeRequest, Session, SignInRequest } from '#contract/accounts/session.ts'
import { mutationOptions, type QueryClient } from '@tanstack/react-query'
import { queryKeys } from '#web/api/query-keys.ts'
import { request } from '#web/api/request.ts'
import { sessionEndedQuery, sessionQuery } from './queries.ts'

/** Clears the cache: the next person must never see what the previous one was allowed to see. */
function startAnew(client: QueryClient, data: Session | null): void {
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] })
  client.setQueryData(sessionEndedQuery.queryKey, false)
  client.setQueryData(sessionQuery.queryKey, data)
}

export const signInMutation = (client: QueryClient) =>
  mutationOptions({
    mutationKey: queryKeys.session,
    mutationFn: (body: SignInRequest) => request(signIn, { body }),
    onSuccess: (signedIn) => startAnew(client, signedIn),
  })

export const signOutMutation = (client: QueryClient) =>
  mutationOptions({
    mutationKey: queryKeys.session,
    mutationFn: () => request(signOut),
    onSuccess: () => startAnew(client, null),
  })

export const changePasswordMutation = mutationOptions({
  mutationFn: (body: PasswordChangeRequest) => request(changeOwnPassword, { body }),
})
