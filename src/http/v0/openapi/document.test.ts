import { readdir } from 'node:fs/promises'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { allCalls } from '#contract/endpoints/areas.ts'
import type { Call } from '#contract/endpoints/call.ts'
import type { Endpoint } from '#contract/endpoints/endpoint.ts'
import { pathOf } from '#contract/endpoints/path-of.ts'
import { createTestApi } from '#testing/builders/test-api.ts'
import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, test } from 'vitest'
import { createV0 } from '../v0.ts'
import { createDocument, documentPath } from './document.ts'

const calls: readonly (readonly [string, Call])[] = Object.entries(allCalls)

interface Operation {
  readonly operationId: string
  readonly parameters?: readonly { readonly name: string }[]
}

const document = createDocument() as {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { operationId }]) => ({ path, method, operationId })),
)

/** For clients that want only some of what another call answers. */
const isPartOfAnother = ({ name, method, path }: Endpoint): boolean =>
  calls.some(
    ([other, { endpoint }]) =>
      other !== name && endpoint.method === method && endpoint.path === path && !(name in allCalls),
  )

describe('the document of the API', () => {
  test('is valid OpenAPI 3.1', async () => {
    const validator = new Validator()
    const { valid, errors } = await validator.validate(structuredClone(document))
    expect([valid, errors]).toEqual([true, undefined])
    expect(validator.version).toBe('3.1')
    expect(await new Validator().validate({ ...document, paths: { x: 1 } })).toMatchObject({
      valid: false,
    })
  })

  test('has every call of the contract, by its name', async () => {
    const folder = fileURLToPath(new URL('../../../contract/endpoints/', import.meta.url))
    const names: string[] = []
    for (const file of await readdir(folder)) {
      const exported: Record<string, unknown> = await import(
        `../../../contract/endpoints/${basename(file, '.ts')}.ts`
      )
      for (const [name, endpoint] of Object.entries(exported)) {
        if (typeof endpoint !== 'object' || endpoint === null || !('method' in endpoint)) continue
        expect(endpoint).toMatchObject({ name })
        if (isPartOfAnother(endpoint as Endpoint)) continue
        expect(allCalls).toHaveProperty(name, expect.objectContaining({ endpoint }))
        names.push(name)
      }
    }
    expect(names.length).toBeGreaterThan(40)
    expect(operations.map(({ operationId }) => operationId).toSorted()).toEqual(names.toSorted())
    expect(calls.map(([name]) => name).toSorted()).toEqual(names.toSorted())
  })

  test('has every route, and each of its calls is one', async () => {
    const api = await createTestApi()
    const routes = createV0(api.services)
      .routes.filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)(?:\{\.\+\})?/g, '{$1}')}`)
    const documented = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`)
    expect(routes.length).toBeGreaterThan(30)
    expect(routes.filter((route) => !documented.includes(route))).toEqual([])
    // No route pattern supports the names of repositories: all of their calls are asked.
    const unrouted = calls.filter(
      ([, { endpoint }]) => !routes.includes(`${endpoint.method} ${documentPath(endpoint.path)}`),
    )
    expect(unrouted.length).toBeGreaterThan(5)
    for (const [name, { endpoint }] of unrouted) {
      expect([name, endpoint.path]).toEqual([name, expect.stringContaining('{repository+}')])
      const path = pathOf(endpoint, { repository: 'team/none', reference: 'none' })
      const { status, code } = await api.as('admin').ask(endpoint.method, path)
      expect([name, status]).not.toEqual([name, 405])
      expect([name, code]).not.toEqual([name, 'NOT_FOUND'])
    }
  })

  test('has the calls of the specification, and the parameters of older clients', () => {
    const settings = '/admin/settings/registry/garbageCollection'
    for (const [method, path] of [
      ['delete', '/repositories/{repository}/manifests/{reference}'],
      ['post', '/admin/jobs'],
      ['post', `${settings}/schedule`],
      ['get', `${settings}/lastSavings`],
    ] as const) {
      expect(document.paths).toHaveProperty([path, method])
    }
    const parametersOf = (path: string): readonly string[] =>
      document.paths[path]?.['get']?.parameters?.map(({ name }) => name) ?? []
    expect(parametersOf('/jobs')).toEqual(
      expect.arrayContaining(['action', 'running', 'start', 'limit']),
    )
    const lists = Object.keys(document.paths).filter((path) =>
      parametersOf(path).includes('pageStart'),
    )
    expect(lists.length).toBeGreaterThan(5)
    expect(lists.filter((path) => !parametersOf(path).includes('limit'))).toEqual([])
  })
})
