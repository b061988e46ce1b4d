import * as z from 'zod/mini'
import { optional, paged, sortParameter } from '../query-parameters.ts'
import { repositoryList, repositoryOrNamespace, repositorySorts } from '../images/repositories.ts'
import { table, type Calls } from './call.ts'

export const listRepositories = {
  name: 'listRepositories',
  method: 'GET',
  path: '/repositories',
  answer: repositoryList,
} as const

export const getRepository = {
  name: 'getRepository',
  method: 'GET',
  path: '/repositories/{repository+}',
  answer: repositoryOrNamespace,
} as const

const listQuery = () =>
  paged({
    filter: optional(z.string(), 'A part of the name.'),
    namespace: optional(z.string(), 'Only repositories directly in this namespace.'),
    sort: optional(sortParameter(repositorySorts), 'By name unless given; `-` for descending.'),
  })

export const repositoryListCalls = /* @__PURE__ */ table(
  () =>
    ({
      listRepositories: {
        endpoint: listRepositories,
        by: 'signed in, or by access token',
        summary: 'List the repositories that the caller may see',
        query: listQuery(),
        example: { query: { sort: '-size', pageSize: '2', count: 'true' } },
      },
    }) as const satisfies Calls,
)

export const repositoryCalls = /* @__PURE__ */ table(
  () =>
    ({
      getRepository: {
        endpoint: getRepository,
        by: 'signed in, or by access token',
        summary: 'Get one repository, or list those of a namespace',
        notes:
          'A name of one part may be a repository, a namespace, or both: then the answer has the fields of both. The query is for the list of a namespace.',
        query: listQuery(),
        refusals: ['NO_SUCH_REPOSITORY'],
        example: { path: { repository: 'team/app' } },
      },
    }) as const satisfies Calls,
)
