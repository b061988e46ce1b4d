import { Text } from '@mantine/core'
import type { RunOutcome } from './run-outcome.ts'

const colors: Record<RunOutcome['tone'], string> = {
  good: 'var(--mantine-color-success)',
  busy: 'var(--mantine-color-anchor)',
  warning: 'var(--jetsam-freed)',
  bad: 'var(--mantine-color-error)',
  neutral: 'var(--mantine-color-dimmed)',
}

/** How a run ended, in one or two coloured words. */
export const RunStatus = ({
  outcome,
}: {
  readonly outcome: Pick<RunOutcome, 'label' | 'tone'>
}) => (
  <Text span inherit c={colors[outcome.tone]}>
    {outcome.label}
  </Text>
)
