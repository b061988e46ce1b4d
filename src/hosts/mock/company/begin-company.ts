import type { State } from '#state/state.ts'
import type { Company } from './build-company.ts'
import { recordPastRuns } from './past-runs.ts'
import { saveCleaningRules } from './cleaning-rules.ts'
import { actAsPeople } from './recent-acts.ts'
import { recordCompany } from './record-company.ts'
import { sendAs, type ActAt } from './send-as.ts'

interface BeginDeps {
  readonly state: State
  readonly storedBytes: number
  readonly nowMs: number
  readonly origin: string
  readonly actAt: ActAt
  readonly capacityOf: (storedBytes: number) => number
}

/** The year behind a company's registry, and what people did in its last weeks. */
export async function beginCompany(company: Company, deps: BeginDeps): Promise<void> {
  const { state, storedBytes, nowMs, origin, actAt, capacityOf } = deps
  const often = ['shop/web', 'ml/vision', 'data/etl', 'mobile/api', 'shop/checkout', 'pay/gateway']
  const others = company.images.map(({ repository }) => repository)
  const events = await recordPastRuns(state, {
    nowMs,
    storedBytes,
    tags: company.images.reduce((count, { tags }) => count + tags.length, 0),
    repositories: [...new Set([...often, ...others])].slice(0, 14),
    capacityBytes: capacityOf(storedBytes),
  })
  await recordCompany(state, company, nowMs, events)
  const send = sendAs(origin, actAt)
  await saveCleaningRules(nowMs, send)
  await actAsPeople(company, nowMs, send)
}
