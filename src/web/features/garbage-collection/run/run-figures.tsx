import type { WireCollectionResult } from '#contract/jobs/collection-jobs.ts'
import type { ReactNode } from 'react'
import { ByteSize } from '#web/entities/byte-size.tsx'
import { countOf } from '#web/components/text/count-of.ts'
import { describeCounts, isNothing } from '../plan/amounts.ts'
import type { Amount } from '../plan/causes.ts'
import { figuresOf } from './figures-of.ts'
import classes from './run-figures.module.css'

/** Plan against result: what was planned is the sum of all others. */
export function RunFigures({ result }: { readonly result: WireCollectionResult }) {
  const { planned, removed, left, failures, dryRun } = result
  const { failed, skipped, isFailedKnown } = figuresOf(result)
  return (
    <dl className={classes.root}>
      <AmountFigure term="Planned" amount={planned} />
      {!dryRun && (
        <>
          <AmountFigure term="Deleted" amount={removed} />
          {isFailedKnown ? (
            <>
              <Figure term="Skipped" note="in use again, or still needed">
                {describeCounts(skipped)}
              </Figure>
              <Figure
                term="Failed"
                isBad={failures.length > 0}
                note={
                  describeCounts(failed) === 'nothing' && failures.length > 0
                    ? countOf(failures.length, 'step')
                    : undefined
                }
              >
                {describeCounts(failed)}
              </Figure>
            </>
          ) : (
            <Figure
              term="Not deleted"
              isBad={failures.length > 0}
              note={failures.length > 0 ? countOf(failures.length, 'failure') : undefined}
            >
              {describeCounts(skipped)}
            </Figure>
          )}
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
