import classes from './run-mark.module.css'

/** The ends of a run that a chart and a list mark, by shape and not only by colour. */
export const runMarks = ['failed', 'partlyFailed', 'stopped', 'timeLimit'] as const
export type RunMarkKind = (typeof runMarks)[number]

/**
 * A cross: it failed. A triangle: some of it failed. A square: a person stopped it. A ring: its time
 * was up. Around the point 0,0.
 */
const paths: Readonly<Record<RunMarkKind, string>> = {
  failed: 'M-4,-4 L4,4 M4,-4 L-4,4',
  partlyFailed: 'M0,-4.5 L4.5,3.5 H-4.5 Z',
  stopped: 'M-3.5,-3.5 h7 v7 h-7 z',
  timeLimit: 'M4,0 A4,4 0 1 1 -4,0 A4,4 0 1 1 4,0 M0,-2 V0.5 H2',
}

/** What a legend says of each. */
export const markWords: Readonly<Record<RunMarkKind, string>> = {
  failed: 'failed',
  partlyFailed: 'partly failed',
  stopped: 'stopped',
  timeLimit: 'out of time',
}

interface MarkShapeProps {
  readonly kind: RunMarkKind
  readonly transform?: string
}

/** In a drawing. */
export const MarkShape = ({ kind, transform }: MarkShapeProps) => (
  <path className={classes[kind]} d={paths[kind]} transform={transform} />
)

/** In a text, beside words that say the same. */
export const RunMark = ({ kind }: { readonly kind: RunMarkKind }) => (
  <svg width={10} height={10} viewBox="-5 -5 10 10" aria-hidden className={classes.sign}>
    <MarkShape kind={kind} />
  </svg>
)
