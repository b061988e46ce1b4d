import type { WireCollectionResult } from '#contract/jobs/collection-jobs.ts'
import { Text } from '@mantine/core'
import { CauseTable, RepositoryTable } from '../plan/amount-table.tsx'
import { byBytes } from '../plan/causes.ts'
import pageClasses from '../garbage-collection-page.module.css'
import { Panel } from '#web/components/layout/panel.tsx'
import { Reasons } from '../plan/reasons.tsx'
import { failureName } from './failure-name.ts'
import { RunStrip } from './run-strip.tsx'
import { VerificationFound } from '../verification/verification-found.tsx'

/** What a run has deleted, where and why; what failed; whether every tag is whole. */
export function RunResult({ result }: { readonly result: WireCollectionResult }) {
  const { byCause, byRepository, failures, leftIn = [] } = result
  return (
    <>
      {result.storedBytes > 0 && (
        <Panel title="Stored before">
          <RunStrip result={result} />
        </Panel>
      )}
      {byBytes(byCause).length > 0 && (
        <div className={pageClasses.pair}>
          <Panel title={result.dryRun ? 'What would go' : 'What went'}>
            <CauseTable amounts={byCause} />
          </Panel>
          <Panel title="From where">
            <RepositoryTable amounts={byRepository} />
          </Panel>
        </div>
      )}
      {failures.length > 0 && (
        <Panel title="Not deleted">
          <Reasons
            rows={failures.map(({ subject, reason }) => {
              const { name, detail } = failureName(subject)
              return { subject: name, detail, reason }
            })}
          />
          <Text c="dimmed" size="sm">
            It stays, with all that needs it, and the next run tries again. If that fails too, look
            at the rights and the health of the storage.
          </Text>
        </Panel>
      )}
      {leftIn.length > 0 && (
        <Panel title="Left to the next run">
          <Reasons
            rows={leftIn.map(({ repository, reason }) => ({ subject: repository, reason }))}
          />
        </Panel>
      )}
      {!result.dryRun && (
        <Panel title="Verification">
          <Verified result={result} />
        </Panel>
      )}
    </>
  )
}

function Verified({ result }: { readonly result: WireCollectionResult }) {
  const { verification, endedBy } = result
  if (verification !== null) return <VerificationFound verification={verification} />
  return (
    <Text c="dimmed">
      {endedBy === 'stopped'
        ? 'Not done: the run was stopped before. The next one that ends by itself does it.'
        : 'The tags could not be verified. The log says why.'}
    </Text>
  )
}
