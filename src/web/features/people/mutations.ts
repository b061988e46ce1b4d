import {
  type AccountChangeRequest,
  type NewAccountRequest,
  type WireGrant,
} from '#contract/accounts/accounts.ts'
import {
  changeAccount,
  createAccount,
  removeAccount,
  setAccess,
  setAnonymousAccess,
} from '#contract/endpoints/accounts.ts'
import { mutationOptions, type QueryClient } from '@tanstack/react-query'
import { request } from '#web/api/request.ts'
import { queryKeys } from '#web/api/query-keys.ts'
import { accountListKey } from './queries.ts'

export const createAccountMutation = (client: QueryClient) =>
  mutationOptions({
    mutationFn: (body: NewAccountRequest) => request(createAccount, { body }),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.accounts }),
  })

export const changeAccountMutation = (client: QueryClient, name: string) =>
  mutationOptions({
    mutationFn: (body: AccountChangeRequest) =>
      request(changeAccount, { parameters: { name }, body }),
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
      request(setAccess, { parameters: { name }, body: { grants } }),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.accounts }),
  })

export const deleteAccountMutation = (client: QueryClient, name: string) =>
  mutationOptions({
    mutationFn: () => request(removeAccount, { parameters: { name } }),
    // Only the list: the deleted account must not be fetched again.
    onSettled: () => client.invalidateQueries({ queryKey: accountListKey }),
  })

export const saveAnonymousAccessMutation = (client: QueryClient) =>
  mutationOptions({
    mutationFn: (grants: readonly WireGrant[]) => request(setAnonymousAccess, { body: { grants } }),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.accounts }),
  })
