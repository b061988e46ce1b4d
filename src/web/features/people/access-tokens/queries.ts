import { accessTokenList } from '#contract/access-tokens.ts'
import { apiPaths } from '#contract/paths.ts'
import { queryOptions } from '@tanstack/react-query'
import { request } from '#web/api/request.ts'
import { queryKeys } from '#web/api/query-keys.ts'

export const accessTokensQuery = (account: string) =>
  queryOptions({
    queryKey: [...queryKeys.accessTokens, account],
    queryFn: ({ signal }) =>
      request({ schema: accessTokenList, path: apiPaths.accountAccessTokens(account), signal }),
  })
