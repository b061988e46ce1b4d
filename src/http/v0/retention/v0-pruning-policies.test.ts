import { beforeEach, describe, expect, test } from 'vitest'
import type { WirePruningPolicy } from '#contract/rules/pruning.ts'
import {
  app,
  createCleaningWorld,
  image,
  type CleaningWorld,
} from '#testing/builders/cleaning-world.ts'

const path = `/repositories/${app}/pruningPolicies`
const tag = (operator: string, ...values: string[]) => ({ field: 'tag', operator, values })
const older = { field: 'updated_at', operator: 'before', values: ['3d'] }

let world: CleaningWorld

beforeEach(async () => {
  world = await createCleaningWorld()
})

const list = () => world.ask<WirePruningPolicy[]>('GET', path)
const add = (...rules: unknown[]) => world.ask<WirePruningPolicy>('POST', path, { rules })
const textOf = async () =>
  (await world.ask<{ text: string }>('GET', `/retention/policies/${app}`)).text

/** The policy of `team`, with what it protects, does not decide for the repository any more. */
const saveOwn = (text: string) =>
  world.api.as('admin').ask('PUT', `/api/v0/retention/policies/${app}`, {
    body: text,
    headers: { 'Content-Type': 'application/yaml' },
  })

const own = `# ours
rules:
  - protect: { tags: [ stable ] } # what runs
  - remove: { tags: [ tmp-* ], olderThan: 1d }
`

describe('pruning policies', () => {
  test('are rules of the repository’s own policy, which stays as it was beside them', async () => {
    await saveOwn(own)
    const added = await add(tag('sw', 'pr-'), older)
    expect(added).toEqual({
      id: added.id,
      enabled: true,
      rules: [tag('sw', 'pr-'), older],
    })
    expect(await textOf()).toBe(
      `${own}  - remove: { tags: [ pr-* ], olderThan: 3d } # pruning policy ${added.id}\n`,
    )
    const [written, second] = await list()
    expect(written?.rules).toEqual([tag('sw', 'tmp-'), { ...older, values: ['1d'] }])
    expect(second).toEqual(added)
    expect(await world.ask('GET', `${path}/${added.id}`)).toEqual(added)
    await world.run()
    expect(await world.tags()).toEqual(['pr-4', 'pr-5', 'stable'])
  })

  test('keep their id when they are changed, also one that a person wrote', async () => {
    await saveOwn(own)
    const [written] = await list()
    const changed = await world.ask<WirePruningPolicy>('PUT', `${path}/${written?.id}`, {
      enabled: true,
      rules: [tag('oo', 'a', 'b')],
    })
    expect(changed).toEqual({ id: written?.id, enabled: true, rules: [tag('oo', 'a', 'b')] })
    expect(await list()).toEqual([changed])
    expect(await textOf()).toContain('protect: { tags: [ stable ] } # what runs')
  })

  test('are removed, and leave a policy that keeps wider ones away', async () => {
    await saveOwn('rules: []')
    const { id } = await add(older)
    expect((await world.tell('DELETE', `${path}/${id}`)).status).toBe(204)
    expect(await list()).toEqual([])
    expect(await textOf()).toBe('rules: []\n')
    expect((await world.tell('GET', `${path}/${id}`)).status).toBe(404)
    expect((await world.tell('DELETE', `${path}/${id}`)).status).toBe(404)
  })

  test('two that say the same are two', async () => {
    await saveOwn('rules: [{ remove: { tags: [a] } }, { remove: { tags: [a] } }]')
    const [one, other] = await list()
    expect(one?.id).not.toBe(other?.id)
    expect((await world.tell('DELETE', `${path}/${other?.id}`)).status).toBe(204)
    expect(await list()).toHaveLength(1)
  })

  test('make a policy where none decides', async () => {
    await world.tell('DELETE', '/retention/policies/team')
    const { id } = await add(tag('eq', 'x'))
    expect(await textOf()).toBe(`rules:\n  - remove: { tags: [ x ] } # pruning policy ${id}\n`)
  })

  test('are refused where the policy of a wider scope would not decide any more', async () => {
    for (const call of [path, `${path}/test`]) {
      const answer = await world.tell('POST', call, { rules: [tag('sw', 'pr-')] })
      expect([answer.status, answer.text]).toEqual([
        400,
        expect.stringContaining(`the policy of team decides for ${app}`),
      ])
    }
    expect(await list()).toEqual([])
  })

  test('are refused if what the policy expects does not hold any more', async () => {
    await saveOwn(`${own}expect: [{ tag: v1, is: unmatched }]\n`)
    const answer = await world.tell('POST', path, { rules: [tag('sw', 'v')] })
    expect([answer.status, answer.text]).toEqual([
      400,
      expect.stringContaining('v1 is expected to be unmatched, and is removed'),
    ])
    expect(await list()).toHaveLength(1)
  })

  test.each([
    [{ rules: [tag('gt', 'v1')] }, 'rules.0: \\"gt\\" is not known here'],
    [{ rules: [] }, 'rules: without a condition'],
    [{ rules: [older], enabled: false }, 'enabled: a rule that is off'],
    [{ rules: [older], name: 'x' }, 'name: no such field'],
  ])('%j is refused with a reason', async (body, message) => {
    await saveOwn(own)
    const answer = await world.tell('POST', path, body)
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(message)])
  })

  test('take the query of clients of the original', async () => {
    await saveOwn(own)
    const answer = await world.tell('POST', `${path}?initialEvaluation=true`, { rules: [older] })
    expect(answer.status).toBe(201)
    expect(await world.tags()).toContain('pr-0')
  })

  test('of a repository that is not there are not found', async () => {
    const none = '/repositories/team/none/pruningPolicies'
    for (const [method, body] of [['GET'], ['POST', { rules: [older] }]] as const) {
      expect((await world.tell(method, none, body)).status).toBe(404)
    }
  })
})

describe('the test of a pruning policy', () => {
  const tested = (...rules: unknown[]) =>
    world.ask<{ name: string; digest: string }[]>('POST', `${path}/test`, { rules })

  test('says which tags it alone would remove, and changes nothing', async () => {
    await saveOwn("rules: [{ keep: { tags: [pr-1] } }, { remove: { tags: ['*'] } }]")
    const found = await tested(tag('sw', 'pr-'), older)
    expect(found.map(({ name }) => name)).toEqual(['pr-0', 'pr-2', 'pr-3'])
    expect(found[1]?.digest).toBe(
      (await world.api.as('admin').ask('GET', `/v2/${app}/manifests/pr-2`)).headers.get(
        'Docker-Content-Digest',
      ),
    )
    expect(await textOf()).not.toContain('pr-*')
    expect(await world.tags()).toContain('pr-0')
  })

  test('takes what is protected for what it is', async () => {
    await saveOwn(own)
    await world.push(image('new'), 'v1')
    expect((await tested(tag('noo', 'v1'))).map(({ name }) => name)).not.toContain('stable')
  })
})
