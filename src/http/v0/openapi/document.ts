import { allCalls, areas, type Area } from '#contract/endpoints/areas.ts'
import type { Call, Caller } from '#contract/endpoints/call.ts'
import { noContent } from '#contract/endpoints/endpoint.ts'
import { basePath } from '#contract/endpoints/path-of.ts'
import { errorBody, type ErrorCode } from '#contract/errors.ts'
import { paging } from '#contract/paging.ts'
import { sessionCookieName, sameOriginHeader } from '#contract/accounts/session.ts'
import { answerHeaders, ifMatch } from './headers.ts'
import {
  createComponents,
  queryParameters,
  type Components,
  type JsonSchema,
} from './components.ts'
import { refusalsByStatus } from './refusals.ts'

/** The conventions of all calls, for the head of the document. */
export const introduction = [
  'The API of the dashboard and of scripts. Images are pushed and pulled at `/v2/`, as the OCI distribution specification says.',
  'Sign in with HTTP Basic in each call: the name of an account and its password. An access token, as the password of its account, is for calls about repositories and images alone.',
  'The name of a repository may have slashes, which stay as they are: `/repositories/team/app/tags`. `HEAD` works wherever `GET` does.',
  `Lists answer in pages. The header \`${paging.nextPageStartHeader}\` is there when there is more: send its value as \`pageStart\`.`,
  'A refusal is JSON, and its `message` says what to do: `{"errors":[{"code":"NO_SUCH_TAG","message":"…","detail":…}]}`. A repository that the caller may not see is answered like one that does not exist. A body with a field that is not listed here is refused; an answer may gain fields.',
] as const

/** Who may call, in words. */
export function callerInWords(by: Caller): string {
  if (typeof by !== 'string') {
    const words = { pull: 'read', push: 'write', delete: 'write', admin: 'admin' } as const
    const access = `${words[by.inRepository]} access to the repository`
    return by.inRepository === 'admin'
      ? `those who have ${access}`
      : `those who have ${access}; also by an access token that may ${by.inRepository}`
  }
  const words = {
    anyone: 'anyone',
    'signed in, or by access token': 'any account, also by access token',
    'signed in': 'any account',
    administrator: 'an administrator',
  } as const
  return words[by]
}

const basic = { basic: [] }
const accessToken = { accessToken: [] }
const session = { session: [] }

function securityOf(by: Caller): readonly JsonSchema[] {
  if (by === 'anyone') return [{}]
  if (typeof by === 'string' && by !== 'signed in, or by access token') return [basic, session]
  return [basic, accessToken, session]
}

const securitySchemes = {
  basic: {
    type: 'http',
    scheme: 'basic',
    description: 'The name of an account, and its password.',
  },
  accessToken: {
    type: 'http',
    scheme: 'basic',
    description: 'The name of an account, and one of its access tokens instead of the password.',
  },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: sessionCookieName,
    description: `For browsers. A call that changes something then also needs the header \`${sameOriginHeader.name}: ${sameOriginHeader.value}\`.`,
  },
} as const

const pathDescriptions: Readonly<Record<string, string>> = {
  repository: 'The name of a repository, whose slashes stay as they are: `team/app`.',
  reference: 'A tag or a digest.',
  id: 'As an earlier answer has it.',
  scope: '`registry`, a namespace such as `team`, or a repository such as `team/app`.',
  name: 'The name of an account.',
  digest: '`sha256:…`, of a manifest or a blob.',
}

export const statusOf = ({ endpoint, status }: Call): number =>
  endpoint.answer === noContent ? 204 : (status ?? 200)

const statusWords: Readonly<Record<number, string>> = {
  200: 'Done.',
  201: 'Created.',
  202: 'Started; it goes on after the answer.',
  204: 'Done; there is no content.',
}

/** `/trash/{id}/restore`: a name with slashes is one parameter, which the document says in words. */
export const documentPath = (template: string): string => template.replaceAll('+}', '}')

function operationOf({ name }: Area, call: Call, components: Components): JsonSchema {
  const { endpoint, by, summary, notes, query, body, takesIfMatch, isBodyOptional } = call
  const names = [...endpoint.path.matchAll(/\{(\w+)\+?\}/g)].map(([, each = '']) => each)
  const parameters = [
    ...names.map((each) => ({
      name: each,
      in: 'path',
      description: pathDescriptions[each],
      required: true,
      schema: { type: 'string' },
    })),
    ...(query === undefined ? [] : queryParameters(query)),
    ...(takesIfMatch === undefined ? [] : [ifMatch[takesIfMatch]]),
  ]
  return {
    operationId: endpoint.name,
    tags: [name],
    summary,
    description: [`For ${callerInWords(by)}.`, ...(notes === undefined ? [] : [notes])].join(' '),
    security: securityOf(by),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: !isBodyOptional,
            content: {
              'application/json': {
                schema: { ...components.schemaOf(body), unevaluatedProperties: false },
                ...(call.example.body === undefined ? {} : { example: call.example.body }),
              },
            },
          },
        }),
    responses: { [statusOf(call)]: answerOf(call, components), ...refusalsOf(call) },
  }
}

function answerOf(call: Call, components: Components): JsonSchema {
  const { endpoint, query, headers = [] } = call
  const isPaged = query !== undefined && 'pageStart' in query.shape
  const sent = [
    ...headers,
    ...(isPaged ? [paging.nextPageStartHeader, paging.resourceCountHeader] : []),
  ]
  const status = statusOf(call)
  return {
    description: statusWords[status],
    ...(sent.length === 0
      ? {}
      : { headers: Object.fromEntries(sent.map((name) => [name, answerHeaders[name]])) }),
    ...(status === 204
      ? {}
      : {
          content: {
            'application/json': { schema: components.schemaOf(call.answer ?? endpoint.answer) },
          },
        }),
  }
}

const refusalsOf = (call: Call): JsonSchema =>
  Object.fromEntries(
    [...refusalsByStatus(call)].map(([status, codes]) => [
      status,
      { $ref: `#/components/responses/${refusalName(codes)}` },
    ]),
  )

const refusalName = (codes: readonly ErrorCode[]): string => codes.join('.')

/** The refusals of these calls, each once. */
const refusalResponses = (calls: readonly Call[], components: Components): JsonSchema =>
  Object.fromEntries(
    calls
      .flatMap((call) => [...refusalsByStatus(call).values()])
      .map((codes) => [refusalName(codes), refusalResponse(codes, components)]),
  )

const refusalResponse = (codes: readonly ErrorCode[], components: Components): JsonSchema => ({
  description: `Refused: ${codes.map((code) => `\`${code}\``).join(', ')}.`,
  content: {
    'application/json': {
      schema: {
        ...components.schemaOf(errorBody),
        properties: { errors: { items: { properties: { code: { enum: codes } } } } },
      },
    },
  },
})

/** The document of `/api/v0`: OpenAPI 3.1, made of the table of calls. */
export function createDocument(): JsonSchema {
  const components = createComponents()
  const responses = refusalResponses(Object.values(allCalls), components)
  const paths: Record<string, Record<string, JsonSchema>> = {}
  for (const area of areas as readonly Area[]) {
    for (const call of Object.values(area.calls)) {
      const at = (paths[documentPath(call.endpoint.path)] ??= {})
      at[call.endpoint.method.toLowerCase()] = operationOf(area, call, components)
    }
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Jetsam',
      version: 'v0',
      summary: 'A registry, and a dashboard to delete images and get their disk space back.',
      description: introduction.join('\n\n'),
    },
    servers: [{ url: basePath }],
    tags: areas.map(({ name }) => ({ name })),
    paths,
    components: {
      securitySchemes,
      responses,
      schemas: referenced(components.schemas, [paths, responses]),
    },
  }
}

/** The schemas that something in the document refers to. */
function referenced(
  schemas: Readonly<Record<string, JsonSchema>>,
  from: unknown,
): Readonly<Record<string, JsonSchema>> {
  const names = new Set<string>()
  const follow = (part: unknown): void => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(/#\/components\/schemas\/(\w+)/g)) {
      if (names.has(name)) continue
      names.add(name)
      follow(schemas[name])
    }
  }
  follow(from)
  return Object.fromEntries(Object.entries(schemas).filter(([name]) => names.has(name)))
}
