import type { WireProgress } from '#contract/jobs/collection-jobs.ts'
import { collectionPhases } from '#domain/collection/collection-result.ts'
import { IconCheck } from '@tabler/icons-react'
import classes from './phase-steps.module.css'
import { phaseNumber } from './run-progress-labels.ts'

interface PhaseStepsProps {
  readonly progress: WireProgress | null
  /** A dry run neither waits for pushes nor deletes. */
  readonly isDryRun: boolean
}

/** The phases of a run in order: done, current, still to come. */
export function PhaseSteps({ progress, isDryRun }: PhaseStepsProps) {
  const current = progress === null ? -1 : phaseNumber(progress.phase)
  const phases = isDryRun
    ? collectionPhases.filter((phase) => phase === 'marking')
    : collectionPhases
  return (
    <ol className={classes.root} aria-label="Phases">
      {phases.map((phase) => {
        const isBehind = phaseNumber(phase) < current
        const isCurrent = phaseNumber(phase) === current
        return (
          <li
            key={phase}
            className={classes.phase}
            data-current={isCurrent || undefined}
            aria-current={isCurrent ? 'step' : undefined}
          >
            {isBehind && <IconCheck size={14} aria-label="done:" className={classes.check} />}
            {phase}
          </li>
        )
      })}
    </ol>
  )
}
