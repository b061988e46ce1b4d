import type { WireCollectionResult } from '#contract/collection-jobs.ts'
import type { ReactNode } from 'react'
import { ByteSize } from '#web/entities/byte-size.tsx'
import { countOf } from '#web/components/text/count-of.ts'
import { describeCounts, isNothing } from '../plan/amounts.ts'
import type { Amount } from '../plan/causes.ts'
import classes from './run-figures.module.css'

/** Plan against result: planned, deleted, skipped, failed, left. */
export function RunFigures({ result }: { readonly result: WireCollectionResult }) {
  const { planned, removed, skipped, failures, left, dryRun } = result
  return (
    <dl className={classes.root}>
      <AmountFigure term="Planned" amount={planned} />
      {!dryRun && (
        <>
          <AmountFigure term="Deleted" amount={removed} />
          <Figure term="Skipped" note="in use again, or still needed">
            {countOf(skipped, 'item')}
          </Figure>
          <Figure term="Failed" isBad={failures.length > 0}>
            {countOf(failures.length, 'item')}
          </Figure>
          {!isNothing(left) && <AmountFigure term="Left" amount={left} />}
        </>
      )}
    </dl>
  )
}

const AmountFigure = ({ term, amount }: { readonly term: string; readonly amount: Amount }) => (
  <Figure term={term} note={isNothing(amount) ? undefined : describeCounts(amount)}>
    {isNothing(amount) ? 'nothing' : <ByteSize bytes={amount.bytes} />}
  </Figure>
)

interface FigureProps {
  readonly term: string
  readonly note?: string | undefined
  readonly isBad?: boolean
  readonly children: ReactNode
}

const Figure = ({ term, note, isBad = false, children }: FigureProps) => (
  <div className={classes.figure}>
    <dt>{term}</dt>
    <dd data-bad={isBad || undefined}>
      {children}
      {note !== undefined && <span className={classes.note}>{note}</span>}
    </dd>
  </div>
)
