import { changeOwnPassword, signIn, signOut } from '#contract/endpoints/session.ts'
import type { PasswordChangeRequest, SignInRequest } from '#contract/accounts/session.ts'
import { mutationOptions, type QueryClient } from '@tanstack/react-query'
import { queryKeys } from '#web/api/query-keys.ts'
import { request } from '#web/api/request.ts'
import { changeSession } from './queries.ts'

export const signInMutation = (client: QueryClient) =>
  mutationOptions({
    mutationKey: queryKeys.session,
    mutationFn: (body: SignInRequest) => request(signIn, { body }),
    onSuccess: (signedIn) => changeSession(client, signedIn),
  })

export const signOutMutation = (client: QueryClient) =>
  mutationOptions({
    mutationKey: queryKeys.session,
    mutationFn: () => request(signOut),
    onSuccess: () => changeSession(client, null),
  })

export const changePasswordMutation = mutationOptions({
  mutationFn: (body: PasswordChangeRequest) => request(changeOwnPassword, { body }),
})
