import {
  account,
  accountAccess,
  type AccountChangeRequest,
  type NewAccountRequest,
  type WireGrant,
} from '#contract/accounts.ts'
import { apiPaths } from '#contract/paths.ts'
import { mutationOptions, type QueryClient } from '@tanstack/react-query'
import { noContent, request } from '#web/api/request.ts'
import { queryKeys } from '#web/api/query-keys.ts'

export const createAccountMutation = (client: QueryClient) =>
  mutationOptions({
    mutationFn: (body: NewAccountRequest) =>
      request({ schema: account, path: apiPaths.accounts, method: 'POST', body }),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.accounts }),
  })

export const changeAccountMutation = (client: QueryClient, name: string) =>
  mutationOptions({
    mutationFn: (body: AccountChangeRequest) =>
      request({ schema: account, path: apiPaths.account(name), method: 'PATCH', body }),
    // Also the session: the person may have changed their own account.
    onSettled: () =>
      Promise.all(
        [queryKeys.accounts, queryKeys.session].map((queryKey) =>
          client.invalidateQueries({ queryKey }),
        ),
      ),
  })

export const saveAccessMutation = (client: QueryClient, name: string) =>
  mutationOptions({
    mutationFn: (grants: readonly WireGrant[]) =>
      request({
        schema: accountAccess,
        path: apiPaths.accountAccess(name),
        method: 'PUT',
        body: { grants },
      }),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.accounts }),
  })

export const deleteAccountMutation = (client: QueryClient, name: string) =>
  mutationOptions({
    mutationFn: () =>
      request({ schema: noContent, path: apiPaths.account(name), method: 'DELETE' }),
    // Only the list: the deleted account must not be fetched again.
    onSettled: () => client.invalidateQueries({ queryKey: [...queryKeys.accounts, 'list'] }),
  })

export const saveAnonymousAccessMutation = (client: QueryClient) =>
  mutationOptions({
    mutationFn: (grants: readonly WireGrant[]) =>
      request({
        schema: accountAccess,
        path: apiPaths.anonymousAccess,
        method: 'PUT',
        body: { grants },
      }),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.accounts }),
  })
