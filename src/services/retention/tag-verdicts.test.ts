import { expect, test } from 'vitest'
import { parseRetentionPolicy } from '#domain/retention/parse-policy.ts'
import type { ImageFacts } from '#domain/retention/facts.ts'
import { repositoryName } from '#testing/builders/test-registry.ts'
import { judgeAll, type PreviewDeps } from './preview.ts'
import { decidingPolicy } from './preview-summary.ts'
import { verdictsOfTags } from './tag-verdicts.ts'

const app = repositoryName('team/app')
const text = 'rules: [{ remove: { tags: [pr-*] } }]'

const images = Array.from({ length: 10_000 }, (_, number): ImageFacts => ({
  digest: `sha256:${number}`,
  tags: [{ name: `pr-${number}`, pushed: null }],
  linked: null,
  lastPulledAtMs: null,
  platforms: null,
  labels: null,
  freedBytes: null,
  listedBy: [],
  runsIn: [],
  attachedTo: [],
}))

/** What a repository of ten thousand tags needs, and how often it paused. */
function bigRepository() {
  let pauses = 0
  const saved = { scope: 'team', version: 1, text, format: 1, savedAtMs: 0, savedBy: 'ci' }
  const deps = {
    clock: { nowMs: () => 0 },
    pause: async () => void (pauses += 1),
    queries: { retentionFacts: async () => ({ images, gaps: [] }) },
    state: { retentionPolicies: { newestOf: async () => [saved] } },
    running: { reported: async () => null, whyNotClean: async () => null },
  } as unknown as PreviewDeps
  return { deps, paused: () => pauses }
}

test('verdicts of very many tags are gathered in turns, beside the turns of judging', async () => {
  const policy = parseRetentionPolicy(text)
  if (!policy.ok) throw new Error(policy.refusal.message)
  const judging = bigRepository()
  const deciding = decidingPolicy('team' as never, 1, policy.value.rules)
  await judgeAll(judging.deps, [app], new Map([['team', deciding]]), 0)
  const all = bigRepository()
  const found = await verdictsOfTags(all.deps, { repository: app, tags: [], mustWait: true })
  expect(found?.problem).toBeNull()
  expect(found?.of.size).toBe(10_000)
  expect(all.paused() - judging.paused()).toBeGreaterThanOrEqual(10)
})
