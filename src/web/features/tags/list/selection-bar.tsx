import type { DeletionImpact } from '#contract/images/deletion.ts'
import { Button } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { messageOf } from '#web/api/api-error.ts'
import { ByteSize } from '#web/entities/byte-size.tsx'
import { countOf, formatCount, namesOf } from '#web/components/text/count-of.ts'
import { holderWords } from '#web/entities/holder-labels.ts'
import { deletionImpactQuery } from '../queries.ts'
import type { Selection } from './selection.ts'
import classes from './selection-bar.module.css'

interface SelectionBarProps {
  readonly repository: string
  readonly selection: Selection
  /** What is selected; default: tags. */
  readonly what?: string
  /** Must stay the same function. */
  readonly onImpact?: ((impact: SelectionImpact | null) => void) | undefined
  /** The selected tags that the filter hides, by name. */
  readonly hidden: readonly string[]
  readonly onKeepShown: () => void
  /** Offered while not all matching tags are selected: selects them, loaded or not. */
  readonly selectMatching: { readonly label: string; readonly onSelect: () => void } | null
  readonly onClear: () => void
  readonly onDelete: () => void
}

export interface SelectionImpact {
  readonly impact: DeletionImpact
  /** False: of what was selected before, until the answer for this selection is there. */
  readonly isCurrent: boolean
}

const choosingPauseMs = 200

/** The selection and the effect of deleting it; it stays visible while the page scrolls. */
export function SelectionBar({
  repository,
  selection,
  what = 'tag',
  onImpact,
  hidden,
  onKeepShown,
  selectMatching,
  onClear,
  onDelete,
}: SelectionBarProps) {
  const [tags] = useDebouncedValue(selection.tags, choosingPauseMs)
  const references = [...tags.keys()]
  const { data, error, isPlaceholderData } = useQuery({
    ...deletionImpactQuery(repository, { references, whole: false }),
    enabled: references.length > 0,
    placeholderData: keepPreviousData,
  })
  const isCurrent = !isPlaceholderData && tags === selection.tags
  const impact = isCurrent ? data : undefined
  useEffect(
    () => onImpact?.(data ? { impact: data, isCurrent } : null),
    [data, isCurrent, onImpact],
  )
  useEffect(() => () => onImpact?.(null), [onImpact])
  return (
    <section aria-label="Selection" className={classes.root}>
      <b role="status">
        {formatCount(selection.tags.size)} selected
        {hidden.length > 0 && `, ${formatCount(hidden.length)} hidden by the filter`}
      </b>
      <span className={classes.words} aria-busy={!impact && !error}>
        {impact ? (
          <ImpactWords impact={impact} />
        ) : error && isCurrent ? (
          messageOf(error)
        ) : (
          <span className={classes.kept}>Adding up what goes…</span>
        )}
      </span>
      {selectMatching && (
        <Button
          variant="outline"
          color="gray.3"
          className={classes.clear}
          onClick={selectMatching.onSelect}
        >
          {selectMatching.label}
        </Button>
      )}
      {hidden.length > 0 && (
        <Button
          variant="outline"
          color="gray.3"
          className={classes.clear}
          title={namesOf(hidden, 20)}
          onClick={onKeepShown}
        >
          Deselect hidden
        </Button>
      )}
      <Button variant="outline" color="gray.3" className={classes.clear} onClick={onClear}>
        Clear
      </Button>
      <Button variant="white" color="red.7" onClick={onDelete}>
        Delete {countOf(selection.tags.size, what)}
        {hidden.length > 0 && `, ${formatCount(hidden.length)} hidden`}
      </Button>
    </section>
  )
}

function ImpactWords({ impact }: { impact: DeletionImpact }) {
  if (!impact.references.some(({ imageDeleted }) => imageDeleted)) {
    return <span>frees nothing: other tags show the same images</span>
  }
  return (
    <>
      <span>
        frees{' '}
        <b className={classes.freed}>
          <ByteSize bytes={impact.bytesFreed} />
        </b>{' '}
        at the next collection
      </span>
      {impact.bytesKept > 0 && (
        <span className={classes.kept}>
          <ByteSize bytes={impact.bytesKept} /> stay:{' '}
          {holderWords(impact.keptBy, impact.keptByCount)}
        </span>
      )}
    </>
  )
}
