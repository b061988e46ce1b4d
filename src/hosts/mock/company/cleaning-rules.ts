import { dayMs } from './calendar.ts'
import type { SendAs } from './send-as.ts'

const ofAll = String.raw`# What was built for a review goes after it; what is deployed stays.
rules:
  - keep:   { tags: [latest, main] }
  - keep:   { tags: ['/[0-9]+\.[0-9]+\.[0-9]+/'], newest: 8, by: version }
  - remove: { tags: ['pr-*'], olderThan: 7d }
  - remove: { tags: ['main-*'], olderThan: 14d, exceptNewest: 2 }
  - remove: { untagged: true, olderThan: 21d }
expect:
  - { tag: pr-588, pushed: 20d ago, is: removed }
  - { tag: pr-602, pushed: 2d ago, is: unmatched }
  - { tag: latest, pushed: 400d ago, is: kept }
  - { tag: 4.18.2, pushed: 400d ago, newest: true, is: kept }
`

const ofApps = String.raw`# Phones keep old versions for years: no release of theirs may go.
rules:
  - protect: { tags: ['/[0-9]+\.[0-9]+\.[0-9]+/'] }
  - remove:  { tags: ['pr-*'], olderThan: 5d }
expect:
  - { tag: 8.0.3, is: protected }
  - { tag: pr-12, pushed: 8d ago, is: removed }
`

/** The rules by which the company cleans: by hand as yet, as each preview is looked at first. */
export async function saveCleaningRules(nowMs: number, send: SendAs): Promise<void> {
  const save = (daysAgo: number, by: string, scope: string, text: string) => {
    const atMs = Math.round(nowMs - daysAgo * dayMs)
    return send(atMs, by, 'PUT', `/retention/policies/${scope}`, text, 'application/yaml')
  }
  await save(16.3, 'jonas', 'registry', ofAll)
  await save(16.1, 'admin', 'mobile', ofApps)
}
