import type { WireProgress } from '#contract/jobs/collection-jobs.ts'
import { Progress } from '@mantine/core'
import { percentOf, phaseLabels } from './run-progress-labels.ts'

interface PhaseBarProps {
  readonly progress: WireProgress | null
  readonly size?: string | number
}

/** The progress of the phase; moving stripes while it is unknown. */
export function PhaseBar({ progress, size = 'lg' }: PhaseBarProps) {
  const percent = progress === null ? null : percentOf(progress)
  return (
    <div
      role="progressbar"
      aria-label={progress === null ? 'Starting' : phaseLabels[progress.phase]}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent ?? undefined}
    >
      <Progress.Root size={size} radius="xs" transitionDuration={300}>
        <Progress.Section withAria={false} value={percent ?? 100} animated={percent === null} />
      </Progress.Root>
    </div>
  )
}
