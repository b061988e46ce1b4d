import type { TextProblem } from '#domain/retention/policy-text.ts'
import { Button, Text } from '@mantine/core'
import { useId, useMemo, useRef } from 'react'
import { asSentence } from '#web/api/api-error.ts'
import { FoldedRows } from '#web/components/table/folded-rows.tsx'
import classes from './policy-text.module.css'

interface PolicyTextProps {
  readonly value: string
  readonly problems: readonly TextProblem[]
  readonly onChange: (text: string) => void
}

/** The text of a policy with the numbers of its lines, and below it what is wrong where. */
export function PolicyText({ value, problems, onChange }: PolicyTextProps) {
  const box = useRef<HTMLTextAreaElement>(null)
  const problemsId = useId()
  const labelId = useId()
  const lines = useMemo(() => value.split('\n'), [value])
  const wrong = new Set(problems.map(({ line }) => line))
  const longest = useMemo(() => Math.max(...lines.map(({ length }) => length)), [lines])
  const goTo = ({ line, column }: TextProblem) => {
    const before = lines.slice(0, line - 1).reduce((sum, { length }) => sum + length + 1, 0)
    const at = before + column - 1
    box.current?.focus()
    box.current?.setSelectionRange(at, at)
  }
  return (
    <div className={classes.root}>
      <Text component="label" size="sm" fw={500} id={labelId} htmlFor={`${labelId}-text`}>
        The same as YAML
      </Text>
      <div className={classes.box} data-invalid={problems.length > 0 || undefined}>
        <div className={classes.numbers} aria-hidden>
          {lines.map((_, position) => (
            // A number for each line, whatever stands in it.
            // oxlint-disable-next-line react/no-array-index-key
            <div key={position} data-wrong={wrong.has(position + 1) || undefined}>
              {position + 1}
            </div>
          ))}
        </div>
        <textarea
          ref={box}
          id={`${labelId}-text`}
          className={classes.text}
          style={{ minWidth: `calc(${longest + 2}ch + 1.5rem)` }}
          value={value}
          rows={lines.length}
          wrap="off"
          spellCheck={false}
          autoCapitalize="none"
          autoComplete="off"
          aria-invalid={problems.length > 0 || undefined}
          aria-describedby={problemsId}
          onChange={({ currentTarget }) => onChange(currentTarget.value)}
        />
      </div>
      <div id={problemsId} aria-live="polite">
        {problems.length > 0 && (
          <FoldedRows rows={problems} one="problem" many="problems">
            {(shown) => (
              <ul className={classes.problems} aria-label="Problems">
                {shown.map((problem) => (
                  <li key={`${problem.line}:${problem.column} ${problem.message}`}>
                    <Button
                      variant="subtle"
                      color="red"
                      size="compact-xs"
                      onClick={() => goTo(problem)}
                    >
                      Line {problem.line}, column {problem.column}
                    </Button>{' '}
                    {asSentence(problem.message)}
                  </li>
                ))}
              </ul>
            )}
          </FoldedRows>
        )}
      </div>
    </div>
  )
}
