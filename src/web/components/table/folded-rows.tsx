import { Button } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { countOf } from '../text/count-of.ts'

const firstRows = 6

interface FoldedRowsProps<Row> {
  readonly rows: readonly Row[]
  /** The singular of what the rows are: `repository`. */
  readonly one: string
  readonly many: string
  /** Renders the rows that are shown. */
  readonly children: (rows: readonly Row[]) => ReactNode
}

/** The first rows of a list that may be long, and a button that shows the rest. */
export function FoldedRows<Row>({ rows, one, many, children }: FoldedRowsProps<Row>) {
  const [isUnfolded, setUnfolded] = useState(false)
  // One more row takes no more space than the button that would hide it.
  const isFoldable = rows.length > firstRows + 1
  return (
    <>
      {children(isFoldable && !isUnfolded ? rows.slice(0, firstRows) : rows)}
      {isFoldable && (
        <Button
          variant="subtle"
          size="compact-sm"
          aria-expanded={isUnfolded}
          onClick={() => setUnfolded(!isUnfolded)}
        >
          {isUnfolded ? 'Show fewer' : `Show all ${countOf(rows.length, one, many)}`}
        </Button>
      )}
    </>
  )
}
