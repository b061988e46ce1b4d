import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { testPolicy } from './test-policy.ts'

const rules = "rules: [{ protect: { tags: [stable] } }, { remove: { tags: ['pr-*'] } }]"

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jetsam-policy-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function tested(file: string, json: boolean) {
  const said: string[] = []
  const complaints: string[] = []
  const print = (line: string) => void said.push(line)
  const complain = (line: string) => void complaints.push(line)
  const command = { name: 'retention', act: 'test', file, json } as const
  const isWell = await testPolicy(command, { print, complain })
  return { isWell, said: said.join('\n'), complaints: complaints.join('\n') }
}

async function check(text: string, json = false) {
  const file = join(folder, 'policy.yaml')
  await writeFile(file, text)
  return await tested(file, json)
}

describe('retention test', () => {
  test('says that a policy reads well and does what it expects', async () => {
    const { isWell, said } = await check(`${rules}\nexpect: [{ tag: pr-1, is: removed }]`)
    expect(isWell).toBe(true)
    expect(said).toBe(`${join(folder, 'policy.yaml')}: 2 rules, and what it expects holds`)
  })

  test('says where an expectation does not hold, as compilers do', async () => {
    const text = `${rules}\nexpect:\n  - { tag: stable, is: removed }\n  - { tag: v1, is: unmatched }`
    const { isWell, said, complaints } = await check(text)
    expect([isWell, said]).toEqual([false, ''])
    expect(complaints).toBe(
      `${join(folder, 'policy.yaml')}:3:1: stable is expected to be removed, and is protected by line 1`,
    )
  })

  test('says every place that it cannot read', async () => {
    const { isWell, complaints } = await check(
      'rules:\n  - keep: { tags: [a], newest: no }\n  - keep: {}',
    )
    expect(isWell).toBe(false)
    expect(complaints.split('\n').map((line) => line.slice(folder.length + 1))).toEqual([
      expect.stringMatching(/^policy\.yaml:2:\d+: ./),
      expect.stringMatching(/^policy\.yaml:3:\d+: ./),
    ])
  })

  test('answers programs too', async () => {
    const right = await check(rules, true)
    expect(JSON.parse(right.said)).toEqual({ ok: true, rules: 2, expectations: 0, problems: [] })
    const wrong = await check('rules: 7', true)
    const { ok, problems } = JSON.parse(wrong.said) as { ok: boolean; problems: unknown[] }
    expect([wrong.isWell, ok, problems]).toEqual([
      false,
      false,
      [{ line: 1, column: 8, message: expect.any(String) as string }],
    ])
  })

  test('says which file is not there', async () => {
    const file = join(folder, 'none.yaml')
    await expect(tested(file, false)).rejects.toThrow(`${file} cannot be read: ENOENT`)
  })
})
