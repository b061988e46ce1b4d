import type { WireExplanation } from '#contract/jobs/garbage-collection.ts'
import type { Explanation, ExplanationRoot } from '#gc/explain/explain.ts'
import { formatByteSize } from '#domain/values/byte-size.ts'
import { shortDigest, type Digest } from '#domain/values/digest.ts'
import type { Viewer } from '../accounts/viewer.ts'

type Present = Exclude<Explanation, { readonly kind: 'absent' }>
type Step = WireExplanation['path'][number]

/** Why a digest is here, as a sentence and a path, without repositories hidden from the viewer. */
export function toExplanationResponse(
  digest: Digest,
  explanation: Present,
  viewer: Viewer,
): Omit<WireExplanation, 'asOf' | 'isCurrent'> {
  const repository =
    explanation.kind === 'kept' ? explanation.root.repository : explanation.repository
  const isHidden = repository !== null && !viewer.sees(repository)
  if (explanation.kind === 'garbage') {
    const from = repository === null || isHidden ? '' : `, left by ${repository}`
    const size = formatByteSize(explanation.sizeBytes)
    return {
      digest,
      kept: false,
      reason: `Nothing needs it (${explanation.cause}${from}): the next collection frees its ${size}.`,
      path: [],
    }
  }
  if (isHidden) {
    const reason = 'Something in a repository that you may not see needs it.'
    return { digest, kept: true, reason, path: [] }
  }
  const { root, path } = explanation
  const steps = path.map((step): Step => ({
    kind: step.as === 'root' ? 'manifest' : step.as,
    label: shortDigest(step.digest),
    digest: step.digest,
  }))
  return { digest, kept: true, reason: reasonOf(root), path: [rootStep(root), ...steps] }
}

function reasonOf(root: ExplanationRoot): string {
  switch (root.kind) {
    case 'tag':
      return `The tag ${root.repository}:${root.tag} needs it.`
    case 'untagged manifest':
      return `An untagged image of ${root.repository} needs it.`
    case 'trash':
      return `A deleted image of ${root.repository}, which can still be restored, needs it.`
    case 'unreadable repository':
      return `Something in ${root.repository} cannot be read (${root.reason}), so all that it links is kept.`
  }
}

const rootStep = (root: ExplanationRoot): Step => ({
  kind: root.kind,
  label: root.kind === 'tag' ? `${root.repository}:${root.tag}` : root.repository,
  digest: null,
})
