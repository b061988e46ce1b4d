import type { WireCollectionResult } from '#contract/jobs.ts'
import type { ReactNode } from 'react'
import { ByteSize } from '../../ui/byte-size.tsx'
import { describeCounts, isNothing } from './amounts.ts'
import type { Amount } from './causes.ts'
import classes from './run-figures.module.css'

/** Plan against result: planned, done, skipped, failed, left. */
export function RunFigures({ result }: { readonly result: WireCollectionResult }) {
  const { planned, removed, skipped, failures, left, dryRun } = result
  return (
    <dl className={classes.root}>
      <Figure term="Planned">{amount(planned)}</Figure>
      {!dryRun && <Figure term="Deleted">{amount(removed)}</Figure>}
      {!dryRun && <Figure term="Skipped, in use again">{skipped}</Figure>}
      {!dryRun && <Figure term="Failed">{failures.length}</Figure>}
      {!dryRun && !isNothing(left) && <Figure term="Left">{amount(left)}</Figure>}
    </dl>
  )
}

const amount = (of: Amount) =>
  isNothing(of) ? (
    'nothing'
  ) : (
    <>
      <ByteSize bytes={of.bytes} /> in {describeCounts(of)}
    </>
  )

function Figure({ term, children }: { readonly term: string; readonly children: ReactNode }) {
  return (
    <div className={classes.figure}>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  )
}
