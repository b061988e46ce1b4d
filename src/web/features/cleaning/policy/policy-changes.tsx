import { VisuallyHidden } from '@mantine/core'
import { diffLines, type DiffLine } from '#web/components/text/line-diff.ts'
import { countOf } from '#web/components/text/count-of.ts'
import classes from './policy-changes.module.css'
import { PolicySource } from './policy-source.tsx'

/** Around what has changed. */
const contextLines = 2

interface PolicyChangesProps {
  readonly label: string
  readonly before: string
  readonly after: string
}

/** What a version of a policy changes in the text of the one before it, with a few lines around. */
export function PolicyChanges({ label, before, after }: PolicyChangesProps) {
  return (
    <PolicySource label={label}>
      {foldedLines(diffLines(before, after)).map((line, position) => (
        // Lines repeat, and never move.
        // oxlint-disable-next-line react/no-array-index-key
        <Line key={position} {...line} />
      ))}
    </PolicySource>
  )
}

type ShownLine = DiffLine | { readonly kind: 'folded'; readonly count: number }

/** One line alone takes no more room than the words that would stand for it. */
function foldedLines(lines: readonly DiffLine[]): readonly ShownLine[] {
  const isNear = lines.map((_, at) =>
    lines
      .slice(Math.max(0, at - contextLines), at + contextLines + 1)
      .some(({ kind }) => kind !== 'same'),
  )
  const shown: ShownLine[] = []
  let far: DiffLine[] = []
  const fold = () => {
    shown.push(...(far.length > 1 ? [{ kind: 'folded', count: far.length } as const] : far))
    far = []
  }
  for (const [at, line] of lines.entries()) {
    if (isNear[at]) {
      fold()
      shown.push(line)
    } else far.push(line)
  }
  fold()
  return shown
}

function Line(line: ShownLine) {
  if (line.kind === 'folded') {
    return (
      <span className={classes.folded}>
        … {countOf(line.count, 'line')} as before{'\n'}
      </span>
    )
  }
  const { kind, text } = line
  if (kind === 'same') return <>{`  ${text}\n`}</>
  const Element = kind === 'gone' ? 'del' : 'ins'
  return (
    <Element className={classes[kind]}>
      <VisuallyHidden>{kind === 'gone' ? 'gone: ' : 'new: '}</VisuallyHidden>
      <span aria-hidden>{kind === 'gone' ? '−' : '+'} </span>
      {`${text}\n`}
    </Element>
  )
}
