import { listAccessTokens } from '#contract/endpoints/access-tokens.ts'
import { queryOptions } from '@tanstack/react-query'
import { request } from '#web/api/request.ts'
import { queryKeys } from '#web/api/query-keys.ts'

export const accessTokensQuery = (account: string) =>
  queryOptions({
    queryKey: [...queryKeys.accessTokens, listAccessTokens.name, account],
    queryFn: ({ signal }) => request(listAccessTokens, { parameters: { name: account }, signal }),
  })
