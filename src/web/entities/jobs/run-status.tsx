import { Text } from '@mantine/core'
import { RunMark, type RunMarkKind } from './run-mark.tsx'

/** How a run stands or ended, in words. */
export interface RunOutcome {
  /** Short, for a table: `done`, `stopped early`, `failed, nothing deleted`. */
  readonly label: string
  readonly tone: 'good' | 'busy' | 'warning' | 'bad' | 'neutral'
  /** What a chart and a list mark; absent: it ended as it was to, or runs. */
  readonly mark?: RunMarkKind
  /** One or two sentences: the result, and what happens next. */
  readonly sentence: string
}

/** Of a box that tells the outcome. */
export const outcomeColors: Record<RunOutcome['tone'], string> = {
  good: 'green',
  busy: 'petrol',
  warning: 'ember',
  bad: 'red',
  neutral: 'gray',
}

const colors: Record<RunOutcome['tone'], string> = {
  good: 'var(--mantine-color-success)',
  busy: 'var(--mantine-color-anchor)',
  warning: 'var(--jetsam-freed)',
  bad: 'var(--mantine-color-error)',
  neutral: 'var(--mantine-color-dimmed)',
}

/** How a run ended, in one or two coloured words, with the mark of its kind. */
export const RunStatus = ({
  outcome,
}: {
  readonly outcome: Pick<RunOutcome, 'label' | 'tone' | 'mark'>
}) => (
  <Text span inherit c={colors[outcome.tone]}>
    {outcome.mark && (
      <>
        <RunMark kind={outcome.mark} />{' '}
      </>
    )}
    {outcome.label}
  </Text>
)
