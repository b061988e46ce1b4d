import {
  createdAccessToken,
  type NewAccessTokenRequest,
  type WireAccessToken,
} from '#contract/access-tokens.ts'
import { apiPaths } from '#contract/paths.ts'
import { mutationOptions, type QueryClient } from '@tanstack/react-query'
import { noContent, request } from '#web/api/request.ts'
import { queryKeys } from '#web/api/query-keys.ts'

export const createAccessTokenMutation = (client: QueryClient, account: string) =>
  mutationOptions({
    mutationFn: (body: NewAccessTokenRequest) =>
      request({
        schema: createdAccessToken,
        path: apiPaths.accountAccessTokens(account),
        method: 'POST',
        body,
      }),
    // The answer holds the secret: the cache drops it as soon as it is not shown.
    gcTime: 0,
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.accessTokens }),
  })

export const revokeAccessTokenMutation = (client: QueryClient) =>
  mutationOptions({
    mutationFn: ({ account, id }: WireAccessToken) =>
      request({
        schema: noContent,
        path: apiPaths.accountAccessToken(account, id),
        method: 'DELETE',
      }),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.accessTokens }),
  })
