import type { NewAccessTokenRequest, WireAccessToken } from '#contract/accounts/access-tokens.ts'
import { createAccessToken, revokeAccessToken } from '#contract/endpoints/access-tokens.ts'
import { mutationOptions, type QueryClient } from '@tanstack/react-query'
import { request } from '#web/api/request.ts'
import { queryKeys } from '#web/api/query-keys.ts'

export const createAccessTokenMutation = (client: QueryClient, account: string) =>
  mutationOptions({
    mutationFn: (body: NewAccessTokenRequest) =>
      request(createAccessToken, { parameters: { name: account }, body }),
    // The answer holds the secret: the cache drops it as soon as it is not shown.
    gcTime: 0,
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.accessTokens }),
  })

export const revokeAccessTokenMutation = (client: QueryClient) =>
  mutationOptions({
    mutationFn: ({ account, id }: WireAccessToken) =>
      request(revokeAccessToken, { parameters: { name: account, id } }),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.accessTokens }),
  })
