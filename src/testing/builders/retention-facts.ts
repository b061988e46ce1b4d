import { evaluate } from '#domain/retention/evaluate.ts'
import type { Circumstances, ImageFacts } from '#domain/retention/facts.ts'
import { parseRetentionPolicy } from '#domain/retention/parse-policy.ts'
import type { RetentionPolicy } from '#domain/retention/policy.ts'
import type { Evaluation } from '#domain/retention/verdict.ts'

export const dayMs = 24 * 3_600_000
export const nowMs = Date.UTC(2026, 10, 30, 12)

const at = (atMs: number | null) => (atMs === null ? null : { fromMs: atMs, toMs: atMs })

/** An image in a few words: the names of its tags, and how many days ago it was pushed. */
export interface ImageSketch {
  readonly tags?: readonly string[]
  /** Of all its tags; null: unknown. Default: a hundred days. */
  readonly pushedDaysAgo?: number | null
  readonly pulledDaysAgo?: number
  readonly attaches?: boolean
  readonly platforms?: readonly string[]
  readonly labels?: Readonly<Record<string, string>>
  readonly freedBytes?: number
  readonly listedBy?: readonly string[]
  readonly attachedTo?: readonly string[]
  readonly runsIn?: readonly string[]
}

/** Images by their names, which stand for their digests. */
export const imagesOf = (sketches: Readonly<Record<string, ImageSketch>>): readonly ImageFacts[] =>
  Object.entries(sketches).map(([digest, sketch]) => {
    const { tags = [], pushedDaysAgo = 100, pulledDaysAgo, platforms, labels } = sketch
    const pushed = at(pushedDaysAgo === null ? null : nowMs - pushedDaysAgo * dayMs)
    return {
      digest,
      tags: tags.map((name) => ({ name, pushed, ...(sketch.attaches ? { attaches: true } : {}) })),
      linked: pushed,
      lastPulledAtMs: pulledDaysAgo === undefined ? null : nowMs - pulledDaysAgo * dayMs,
      platforms: platforms ?? null,
      labels: labels ? new Map(Object.entries(labels)) : null,
      freedBytes: sketch.freedBytes ?? null,
      listedBy: sketch.listedBy ?? [],
      attachedTo: sketch.attachedTo ?? [],
      runsIn: sketch.runsIn ?? [],
    }
  })

/** Rules of a policy, one a line: `remove: { tags: ['*'] }`. Throws where they are not valid. */
export function policyOf(...rules: readonly string[]): RetentionPolicy {
  const parsed = parseRetentionPolicy(['rules:', ...rules.map((rule) => `  - ${rule}`)].join('\n'))
  if (!parsed.ok) throw new Error(parsed.refusal.message)
  return parsed.value
}

/** Without pauses: a test needs none. */
export const evaluateNow = (
  policy: Pick<RetentionPolicy, 'rules'>,
  images: readonly ImageFacts[],
  around: Partial<Circumstances> = {},
): Promise<Evaluation> =>
  evaluate(policy, images, { nowMs, pullsSinceMs: null, ...around }, async () => {})

/** The verdict of each tag, and of each image without one by its digest. */
export const verdictsOf = async (
  rules: readonly string[],
  sketches: Readonly<Record<string, ImageSketch>>,
  around: Partial<Circumstances> = {},
): Promise<Readonly<Record<string, string>>> => {
  const { verdicts } = await evaluateNow(policyOf(...rules), imagesOf(sketches), around)
  return Object.fromEntries(verdicts.map(({ tag, image, kind }) => [tag ?? image.digest, kind]))
}

/** The images that go. */
export const goingOf = async (
  rules: readonly string[],
  sketches: Readonly<Record<string, ImageSketch>>,
  around: Partial<Circumstances> = {},
): Promise<readonly string[]> => {
  const { going } = await evaluateNow(policyOf(...rules), imagesOf(sketches), around)
  return [...going].map(({ digest }) => digest).toSorted()
}
