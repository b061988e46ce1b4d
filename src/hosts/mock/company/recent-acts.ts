import type { Company } from './build-company.ts'
import { dayMs } from './calendar.ts'
import type { SendAs } from './send-as.ts'

/** A person deletes the oldest images of a repository with one such tag each. */
interface Deletion {
  readonly daysAgo: number
  readonly by: string
  readonly repository: string
  readonly tags: RegExp
  readonly count: number
  /** What they do with the last of them after a while. */
  readonly after?: 'restore' | 'delete forever'
}

const requests = /^pr-/
const releases = /^\d+\.\d+\.\d+$/

const deletions: readonly (
  | Deletion
  | {
      readonly daysAgo: number
      readonly by: string
      readonly repository: string
      readonly tags: 'all'
    }
)[] = [
  { daysAgo: 15.3, by: 'ci', repository: 'mobile/api', tags: requests, count: 2 },
  { daysAgo: 14.8, by: 'ci', repository: 'shop/web', tags: requests, count: 2 },
  { daysAgo: 14.4, by: 'tomas', repository: 'pay/ledger', tags: releases, count: 2 },
  { daysAgo: 12.1, by: 'tomas', repository: 'pay/gateway', tags: releases, count: 3 },
  { daysAgo: 9.6, by: 'dana', repository: 'shop/web', tags: requests, count: 3 },
  { daysAgo: 8.2, by: 'jonas', repository: 'platform/ci-runner', tags: releases, count: 2 },
  { daysAgo: 6.4, by: 'priya', repository: 'data/etl', tags: releases, count: 2 },
  { daysAgo: 5.3, by: 'jonas', repository: 'platform/legacy-proxy', tags: 'all' },
  { daysAgo: 4.7, by: 'dana', repository: 'shop/checkout', tags: requests, count: 2 },
  { daysAgo: 3.4, by: 'mira', repository: 'ml/vision', tags: /./, count: 1 },
  { daysAgo: 2.2, by: 'dana', repository: 'shop/cart', tags: requests, count: 1, after: 'restore' },
  { daysAgo: 1.3, by: 'ci', repository: 'pay/fraud', tags: requests, count: 1 },
  {
    daysAgo: 0.9,
    by: 'mira',
    repository: 'ml/ranking',
    tags: /./,
    count: 1,
    after: 'delete forever',
  },
  { daysAgo: 0.4, by: 'ci', repository: 'shop/web', tags: requests, count: 2 },
  { daysAgo: 0.06, by: 'dana', repository: 'shop/checkout', tags: requests, count: 1 },
]

/** What people deleted in the last two weeks: done as they do it, so that the trash has it. */
export async function actAsPeople({ images }: Company, nowMs: number, send: SendAs): Promise<void> {
  const gone = new Set<string>()
  for (const deletion of deletions) {
    const { daysAgo, by, repository } = deletion
    let atMs = Math.round(nowMs - daysAgo * dayMs)
    if (deletion.tags === 'all') {
      await send(atMs, by, 'DELETE', `/repositories/${repository}?images=trash`)
      continue
    }
    const { tags, count, after } = deletion
    const chosen = images
      .filter((image) => image.repository === repository && image.atMs < atMs)
      .toSorted((one, other) => one.atMs - other.atMs)
      .flatMap((image) => (image.tags.length === 1 ? image.tags : []))
      .filter((tag) => tags.test(tag) && !gone.has(`${repository}:${tag}`))
      .slice(0, count)
    for (const tag of chosen) {
      gone.add(`${repository}:${tag}`)
      atMs += 41_000
      await send(atMs, by, 'DELETE', `/repositories/${repository}/manifests/${tag}`)
    }
    if (after === undefined) continue
    atMs += 1_900_000
    const list = await send(atMs, by, 'GET', `/trash?pageSize=1`)
    const { entries } = (await list.json()) as { entries: readonly { readonly id: string }[] }
    const path = `/trash/${entries[0]?.id}`
    if (after === 'restore') await send(atMs, by, 'POST', `${path}/restore`, '{}')
    else await send(atMs, by, 'DELETE', path)
  }
}
