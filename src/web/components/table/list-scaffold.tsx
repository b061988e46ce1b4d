import type { ReactNode } from 'react'
import { ErrorState } from '../feedback/error-state.tsx'
import listClasses from './list-page.module.css'
import { ListSkeleton } from './list-skeleton.tsx'
import { NoMatch } from './no-match.tsx'
import type { ListRows } from './list-rows.ts'

interface ListScaffoldProps {
  readonly list: ListRows<unknown>
  /** What could not be loaded: "Couldn’t load the tags". */
  readonly failure: string
  /** The same for a further page: "Couldn’t load the next tags". */
  readonly nextFailure?: string
  /** Absent: the list has no filter. */
  readonly filter?: {
    readonly isOn: boolean
    /** What it finds none of: "tag". */
    readonly what: string
    readonly onClear: () => void
  }
  /** Shown instead of the rows if there are none without a filter. */
  readonly empty: ReactNode
  /** The rows. */
  readonly children: ReactNode
  /** Above the rows in every state, unless the first page could not be loaded. */
  readonly toolbar?: ReactNode
  /** The same, below the rows. */
  readonly footer?: ReactNode
  /** False: the list lies on a surface already. */
  readonly isFramed?: boolean
  readonly skeleton?: { readonly rows?: number; readonly rowHeight?: number }
}

/**
 * A list with every state that it may have: loading, failed, empty, without a match, its rows, and
 * a further page that failed. That a further page is loading shows in the number of its rows.
 */
export function ListScaffold({
  list,
  failure,
  nextFailure = failure,
  filter,
  empty,
  children,
  toolbar,
  footer,
  isFramed = true,
  skeleton,
}: ListScaffoldProps) {
  const { error, next } = list
  if (list.hasFailed) {
    return (
      <ErrorState
        isFramed={isFramed}
        title={failure}
        error={error}
        onRetry={list.retry}
        isRetrying={list.isRetrying}
      />
    )
  }
  const frame = (contents: ReactNode) =>
    isFramed ? <div className={listClasses.surface}>{contents}</div> : contents
  // Not while a further page may bring some: the rows of the first may all have been deleted.
  const isEmpty = list.rows.length === 0 && next === null
  return (
    <>
      {toolbar}
      {!list.isLoaded
        ? frame(<ListSkeleton {...skeleton} />)
        : !isEmpty
          ? children
          : frame(filter?.isOn ? <NoMatch what={filter.what} onClear={filter.onClear} /> : empty)}
      {footer}
      {next?.hasFailed && (
        <ErrorState
          title={nextFailure}
          error={error}
          onRetry={next.load}
          isRetrying={next.isLoading}
        />
      )}
    </>
  )
}
