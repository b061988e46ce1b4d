import type { ActivityEntry } from '#contract/activity.ts'

let count = 0

/** The data and the kind go together: a test gives both, or neither. */
export const entry = (changes: Partial<ActivityEntry> = {}): ActivityEntry => ({
  id: `e${(count += 1)}`,
  at: '2026-11-23T10:00:00.000Z',
  kind: 'image deleted',
  actor: 'dana',
  from: '192.0.2.7',
  repository: 'team/app',
  subject: '1.2',
  detail: null,
  data: { reference: '1.2', digest: null, tags: null },
  ...changes,
})
