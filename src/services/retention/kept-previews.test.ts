import { beforeEach, expect, test } from 'vitest'
import { createMemoryState } from '#adapters/memory/memory-state.ts'
import { parseRetentionPolicy } from '#domain/retention/parse-policy.ts'
import type { RetentionScope } from '#domain/retention/scope.ts'
import { createCleaningWorld, type CleaningWorld } from '#testing/builders/cleaning-world.ts'
import { createKeptPreviews, createSharedPreviews, type KeptPreviews } from './kept-previews.ts'
import { previewRetention, type ShownPreview } from './preview.ts'
import { previewOfTexts, textsOfPreview } from './stored-preview.ts'

const pause = async (): Promise<void> => {}

let world: CleaningWorld

beforeEach(async () => {
  world = await createCleaningWorld()
})

/** @param draft null: the policies in force */
async function previewNow(draft: string | null = null): Promise<ShownPreview> {
  const { services } = world.api
  const policy = draft === null ? null : parseRetentionPolicy(draft)
  if (policy?.ok === false) throw new Error(policy.refusal.message)
  const scope = 'team' as RetentionScope
  return await previewRetention(
    { ...services, queries: services.registry.queries },
    { scope, draft: policy && policy.value, atMs: null, isVisible: () => true },
  )
}

const draft = `rules:\n  - keep: { tags: [pr-1] }\n  - remove: { tags: ['*'] }\n`

/** What can be seen of it; the rules of a live preview can also match. */
const shown = ({ policies, compared, ...preview }: ShownPreview) => ({
  ...preview,
  policies: Array.from(policies, ([name, { scope, version, takesAllOnLine }]) => [
    name,
    { scope, version, takesAllOnLine },
  ]),
  changes: compared && compared.changes,
  inForce: preview.rows.map((row) => compared?.inForce.get(row) ?? null),
})

test.each([null, draft])('a preview of %j is the same after it was stored', async (policy) => {
  const preview = await previewNow(policy)
  expect(preview.rows.length).toBeGreaterThan(5)
  expect(preview.compared === null).toBe(policy === null)
  const again = await previewOfTexts([...textsOfPreview(preview)], pause)
  expect(again && shown(again)).toEqual(shown(preview))
  expect([...(again?.policies.values() ?? [])].map((one) => one.takesAllOnLine)).toEqual([
    policy === null ? null : 3,
  ])
})

test('what another version of the program stored is not there', async () => {
  expect(await previewOfTexts([], pause)).toBeNull()
  expect(await previewOfTexts(['[]', '{"format":2}'], pause)).toBeNull()
})

function twoServers(): readonly [KeptPreviews, KeptPreviews] {
  const { clock } = world.api
  const state = createMemoryState()
  let ids = 0
  const deps = { state, clock, createId: () => `id-${(ids += 1)}`, pause }
  return [createSharedPreviews(deps), createSharedPreviews(deps)]
}

test('another server has it too, and hears that it was approved', async () => {
  const [one, other] = twoServers()
  const preview = await previewNow()
  const id = await one.keep(preview, 'ada')
  const found = await other.get(id)
  expect(found).toMatchObject({ madeBy: 'ada', isApproved: false })
  expect(found && shown(found.preview)).toEqual(shown(preview))
  await other.approve(id)
  expect((await one.get(id))?.isApproved).toBe(true)
  expect((await other.get(id))?.isApproved).toBe(true)
  expect(await one.get('none')).toBeNull()
})

test('only the newest are kept, also by the server that made them', async () => {
  const [one, other] = twoServers()
  const preview = await previewNow()
  const ids: string[] = []
  for (let made = 0; made < 25; made += 1) {
    ids.push(await one.keep({ ...preview, madeAtMs: preview.madeAtMs + made }, null))
  }
  const [first = '', second = ''] = ids
  expect(await other.get(first)).toBeNull()
  expect(await one.get(first)).toBeNull()
  expect(await one.get(second)).not.toBeNull()
})

test('without others, it is kept in memory', async () => {
  const previews = createKeptPreviews(world.api.services.createId)
  const preview = await previewNow()
  const id = await previews.keep(preview, 'ada')
  await previews.approve(id)
  expect(await previews.get(id)).toEqual({ preview, madeBy: 'ada', isApproved: true })
})
