import {
  nothingRemoved,
  type CollectionResult,
  type Verification,
} from '#domain/collection/collection-result.ts'
import type { CollectionPlan } from './plan/plan.ts'
import type { Swept } from './sweep/sweep.ts'

/** The result of a run, as far as it came; null for the parts that it did not reach. */
export function resultOf(
  dryRun: boolean,
  plan: CollectionPlan | null,
  swept: Swept | null,
  verification: Verification | null,
): CollectionResult {
  return {
    dryRun,
    planned: plan?.totals ?? nothingRemoved,
    removed: swept?.removed ?? nothingRemoved,
    byCause: (swept ?? plan)?.byCause ?? {},
    byRepository: (swept ?? plan)?.byRepository ?? {},
    skipped: swept?.skipped ?? 0,
    failed: swept?.failed ?? nothingRemoved,
    failures: swept?.failures ?? [],
    left: swept?.left ?? nothingRemoved,
    ...(swept && swept.leftIn.length > 0 ? { leftIn: swept.leftIn } : {}),
    endedBy: swept?.endedBy ?? 'done',
    storedBytes: plan?.storedBytes ?? 0,
    verification,
    gateClosedMs: 0,
  }
}
