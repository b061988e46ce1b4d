import { allCalls } from '#contract/endpoints/areas.ts'
import type { Call } from '#contract/endpoints/call.ts'
import { testPeople, passwordOf, type TestPerson } from '#testing/builders/test-api.ts'
import { fill, openWorld, settled, type World } from '#testing/answer-snapshots/world.ts'
import { apiMarkdown } from '#testing/openapi/api-markdown.ts'
import { createAnswerCheck } from '#testing/openapi/documented-answers.ts'
import { curlOf, exampleValues, readCurl } from '#testing/openapi/examples.ts'
import { expect, test } from 'vitest'
import { statusOf } from './document.ts'

const calls: readonly (readonly [string, Call])[] = Object.entries(allCalls)

/** Run with `-u` to make it again: each change is one that clients can see. */
test('docs/api.md is made of the table of calls as it is', async () => {
  const text = await apiMarkdown()
  await expect(text).toMatchFileSnapshot('../../../../docs/api.md')
  for (const [, { endpoint }] of calls) {
    expect(text).toContain(`### ${endpoint.method} ${endpoint.path}\n`)
  }
})

const flawOf = createAnswerCheck()

const isPerson = (name: string | undefined): name is TestPerson =>
  name !== undefined && name in testPeople

/** Samples load only into an empty registry. */
const filled = async (world: World, name: string): Promise<Readonly<Record<string, string>>> =>
  name === 'loadSamples' ? {} : fill(world)

test.each(calls.map(([name, call]) => ({ name, call })))(
  'the example of $name works as it is printed',
  async ({ name, call }) => {
    const world = await openWorld()
    const ids = await filled(world, name)
    const command = curlOf(call)
    const { method, url, user, headers, body } = readCurl(command, exampleValues(ids))
    const [person, password] = user?.split(':') ?? []
    expect(user === null || (isPerson(person) && password === passwordOf(person))).toBe(true)
    const line = `${method} ${url.slice('http://registry.test'.length)}`
    const answer = await world.ask(
      isPerson(person) ? person : null,
      line,
      body ?? undefined,
      headers,
    )
    expect([answer.status, answer.text]).toEqual([statusOf(call), answer.text])
    expect(flawOf(line, answer)).toBeNull()
    await settled(world.api)
    expect(world.api.failures).toEqual([])
  },
)
