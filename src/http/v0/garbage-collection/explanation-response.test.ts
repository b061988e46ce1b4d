import type { Explanation, ExplanationRoot } from '#gc/explain/explain.ts'
import { explanation as explanationSchema } from '#contract/jobs/garbage-collection.ts'
import { digestOf } from '#domain/values/digest.ts'
import { describe, expect, it } from 'vitest'
import type { Viewer } from '../accounts/viewer.ts'
import { toExplanationResponse } from './explanation-response.ts'

const manifest = digestOf('sha256', 'a'.repeat(64))
const layer = digestOf('sha256', 'b'.repeat(64))

const viewerOfTeam: Viewer = {
  isAdmin: false,
  levelOver: (repository) => (repository.startsWith('team/') ? 'read-only' : null),
  sees: (repository) => repository.startsWith('team/'),
}

const kept = (root: ExplanationRoot): Explanation & { kind: 'kept' } => ({
  kind: 'kept',
  root,
  path: [
    { digest: manifest, as: 'root' },
    { digest: layer, as: 'layer' },
  ],
})

function explain(explanation: Exclude<Explanation, { kind: 'absent' }>) {
  const answer = toExplanationResponse(layer, explanation, viewerOfTeam)
  explanationSchema.parse({ asOf: '2026-11-24T12:00:00.000Z', isCurrent: true, ...answer })
  return answer
}

describe('an explanation in an answer', () => {
  it('leads from the tag over its manifest to the layer', () => {
    const root = { kind: 'tag', repository: 'team/app', tag: '1.2' } as const
    expect(explain(kept(root))).toEqual({
      digest: layer,
      kept: true,
      reason: 'The tag team/app:1.2 needs it.',
      path: [
        { kind: 'tag', label: 'team/app:1.2', digest: null },
        { kind: 'manifest', label: 'sha256:aaaaaaaaaa…', digest: manifest },
        { kind: 'layer', label: 'sha256:bbbbbbbbbb…', digest: layer },
      ],
    })
  })

  it.each([
    [{ kind: 'untagged manifest', repository: 'team/app' }, 'An untagged image of team/app'],
    [{ kind: 'trash', repository: 'team/app' }, 'can still be restored'],
    [{ kind: 'unreadable repository', repository: 'team/app', reason: 'no link' }, '(no link)'],
  ] as const)('gives the reason: %o', (root, words) => {
    expect(explain(kept(root)).reason).toContain(words)
  })

  it('does not name a repository that the viewer may not see', () => {
    const root = { kind: 'tag', repository: 'secret/app', tag: '1' } as const
    const garbage = {
      kind: 'garbage',
      cause: 'deleted image',
      repository: 'secret/app',
      sizeBytes: 1_500_000,
    } as const
    expect(JSON.stringify(explain(kept(root)))).not.toContain('secret')
    expect(explain(kept(root))).toMatchObject({ kept: true, path: [] })
    expect(explain(garbage).reason).toBe(
      'Nothing needs it (deleted image): the next collection frees its 1.5 MB.',
    )
  })

  it('names the repository of garbage if the viewer may see it', () => {
    const garbage = {
      kind: 'garbage',
      cause: 'orphaned layer',
      repository: 'team/app',
      sizeBytes: 0,
    } as const
    expect(explain(garbage)).toEqual({
      digest: layer,
      kept: false,
      reason:
        'Nothing needs it (orphaned layer, left by team/app): the next collection frees its 0 B.',
      path: [],
    })
  })
})
