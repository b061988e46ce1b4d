import { vi } from 'vitest'
import type { ClientAnswer } from '../builders/registry-client.ts'
import { images, openWorld, pushAll, type World } from './world.ts'
import { createAnswerCheck } from '../openapi/documented-answers.ts'
import { readableExchange, withoutChance, type Exchange } from './write-answer.ts'

export interface Refused extends Exchange {
  /** Sets up the refusal. Its result stands for `{id}` in the line and in the body. */
  readonly before?: (world: World) => unknown
}

export const closedGate = ({ api }: World): Promise<unknown> =>
  api.gate.close({ mode: 'reject-pushes', maximumWaitMs: 0 })

/** A collection that has started and waits for a push that never ends. */
export async function collecting({ api, must }: World): Promise<void> {
  await must('PUT /api/v0/garbage-collection/policy', {
    timeLimitMinutes: null,
    whileCollecting: 'reject-pushes',
    trashRetentionHours: 24,
    collectUntagged: false,
    untaggedMinimumAgeHours: 24,
  })
  await api.gate.enter({ repository: 'team/app', step: 'upload' })
  await must('POST /api/v0/admin/jobs', { job: 'registryGC' })
}

/** Makes a preview of the rules of retention; returns its id. */
export async function previewIn({ ask }: World, body: object): Promise<string> {
  const { json } = await ask('admin', 'POST /api/v0/retention/preview', body)
  return (json as { readonly previewID: string }).previewID
}

export const protecting = ({ must }: World): Promise<unknown> =>
  must('PUT /api/v0/retention/policies/team', { rules: [{ protect: { tags: ['2.*', 'old'] } }] })

export const reporting = ({ must }: World): Promise<unknown> =>
  must('PUT /api/v0/running/prod', { images: [images.single.digest] })

export const storageFails =
  (error: Error) =>
  ({ api }: World) =>
    vi.spyOn(api.services.registry.queries, 'repositories').mockRejectedValue(error)

/** A pruning policy with one condition. */
export const pruning = (field: string) => ({ rules: [{ field, operator: 'eq', values: ['v1'] }] })

export const wrongPassword = { name: 'reader', password: 'wrong' }

/** Signs in wrongly until the name is throttled. */
export async function signInWrongly({ ask }: World): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    await ask(null, 'POST /api/v0/session', wrongPassword)
  }
}

async function filledWorld(): Promise<World> {
  const world = await openWorld({ waitingTakesTime: true })
  await pushAll(world)
  return world
}

/** On the shared server if no setup is needed: a refused call changes nothing. */
async function refusalOf(refused: Refused, shared: World): Promise<ClientAnswer> {
  const { line, as = 'admin', body, headers, before } = refused
  if (before === undefined) return shared.ask(as, line, body, headers)
  const world = await filledWorld()
  const id = await before(world)
  const withId = (text: string) => text.replace('{id}', String(id))
  const named = typeof body === 'object' ? JSON.parse(withId(JSON.stringify(body))) : body
  const answer = await world.ask(as, withId(line), named, headers)
  await world.api.gate.open()
  await world.api.services.jobs.shutdown()
  vi.restoreAllMocks()
  return answer
}

/**
 * Provokes each refusal, by code.
 *
 * @throws if an answer has another code, or none, or one that the API's document does not have
 */
export async function writtenRefusals(
  refusals: Readonly<Record<string, readonly Refused[]>>,
): Promise<string> {
  const shared = await filledWorld()
  const written: string[] = []
  const wrong: string[] = []
  const flawOf = createAnswerCheck()
  for (const [code, all] of Object.entries(refusals)) {
    for (const refused of all) {
      const answer = await refusalOf(refused, shared)
      written.push(readableExchange(refused, answer))
      const flaw = flawOf(refused.line, answer)
      if (flaw !== null) wrong.push(flaw)
      // The answer to a HEAD has no body for the code.
      if (answer.code === code || refused.line.startsWith('HEAD')) continue
      wrong.push(`${refused.line}: ${answer.code ?? answer.status}, and not ${code}`)
    }
  }
  if (wrong.length > 0) throw new Error(wrong.join('\n'))
  return withoutChance(written.join('\n'))
}
