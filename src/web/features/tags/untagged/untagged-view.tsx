import type { Repository } from '#contract/images/repositories.ts'
import {
  untaggedSorts,
  type UntaggedImage,
  type UntaggedImages,
} from '#contract/images/untagged.ts'
import { IconTags } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo, useReducer, useState } from 'react'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { useUrlState } from '#web/components/layout/use-url-state.ts'
import { FilterField } from '#web/components/table/filter-field.tsx'
import listClasses from '#web/components/table/list-page.module.css'
import { useInfiniteRows } from '#web/components/table/list-rows.ts'
import { ListScaffold } from '#web/components/table/list-scaffold.tsx'
import { formatSort, parseSort } from '#web/components/table/sort.ts'
import { TableKeyboard } from '#web/components/table/table-keyboard.tsx'
import { countOf } from '#web/components/text/count-of.ts'
import { noWriteReason } from '#web/entities/access-labels.ts'
import { ImageDialogs } from '../image-dialogs.tsx'
import { SelectionBar } from '../list/selection-bar.tsx'
import { hiddenSelection, settledSelection } from '../list/selection-offers.ts'
import {
  nothingSelected,
  selectionReducer,
  type DeletionTarget,
  type SelectedTag,
} from '../list/selection.ts'
import { OrderSelect } from '../list/sort-select.tsx'
import { PulledFilter, PullsKnown } from '../list/tag-filters.tsx'
import { noFilters, readView } from '../list/tags-view.ts'
import { useOpenImage } from '../use-open-image.ts'
import { mostFirst, untaggedQuery } from './untagged-query.ts'
import { UntaggedTable } from './untagged-table.tsx'

interface UntaggedViewProps {
  readonly name: string
  /** Undefined while it loads. */
  readonly repository: Repository | undefined
}

const orders = [
  ['-exclusiveSize', 'Frees most first'],
  ['-size', 'Largest first'],
  ['-pushedAt', 'Pushed, newest first'],
  ['pushedAt', 'Pushed, oldest first'],
  ['lastPulledAt', 'Pulled longest ago first'],
  ['-lastPulledAt', 'Pulled last first'],
] as const

const imagesOf = ({ images }: UntaggedImages) => images

/** An image is selected and deleted by its digest. */
const selectedOf = ({ digest, pushedAt, lastPulledAt }: UntaggedImage): SelectedTag => ({
  name: digest,
  digest,
  updatedAt: pushedAt,
  lastPulledAt,
})

/** The images that only a digest shows: to look at, and to delete. */
export function UntaggedView({ name, repository }: UntaggedViewProps) {
  const [parameters, updateUrl] = useUrlState()
  const { filter, pulled, openTag } = useMemo(() => readView(parameters), [parameters])
  const sort = parseSort(parameters.get('sort'), untaggedSorts) ?? mostFirst
  const pages = useInfiniteQuery(untaggedQuery(name, { filter, pulled, sort }))
  const list = useInfiniteRows(pages, imagesOf)
  const pullsSince = pages.data?.pages[0]?.data.pullsSince
  const [selection, select] = useReducer(selectionReducer, nothingSelected)
  const [targets, setTargets] = useState<readonly DeletionTarget[] | null>(null)
  const noDeleteReason = noWriteReason(name, repository?.accessLevel)
  const openImage = useOpenImage()
  const hidden = hiddenSelection(selection, { filter, pulled: pulled ?? null }, pullsSince)
  const isFiltered = filter !== '' || Boolean(pulled)
  const label = `Untagged images of ${name}`
  const rows = useMemo(() => list.rows.map(selectedOf), [list.rows])
  return (
    <>
      <ListScaffold
        list={list}
        failure="Couldn’t load the untagged images"
        nextFailure="Couldn’t load more images"
        filter={{ what: 'image', isOn: isFiltered, onClear: () => updateUrl(noFilters) }}
        empty={
          <EmptyState title="Every image has a tag" icon={<IconTags size={28} stroke={1.5} />}>
            An image comes here when its tag is moved to another image, or when it is pushed by
            digest. Platforms and signatures of other images are not listed.
          </EmptyState>
        }
        toolbar={
          <>
            <div className={listClasses.toolbar}>
              <FilterField
                label="Filter by digest or former tag"
                className={listClasses.filter}
                value={filter}
                onChange={(text) => updateUrl({ filter: text })}
              />
              <PulledFilter
                pulled={pulled}
                isInLine
                onChange={(value) => updateUrl({ pulled: value })}
              />
              <span role="status" className={listClasses.count}>
                {list.isLoaded && countOf(list.totalCount ?? list.rows.length, 'untagged image')}
              </span>
              <OrderSelect
                fields={untaggedSorts}
                options={orders}
                sort={sort}
                onSort={(chosen) => updateUrl({ sort: formatSort(chosen) })}
              />
            </div>
            <PullsKnown pulled={pulled} pullsSince={pullsSince} />
          </>
        }
      >
        <UntaggedTable
          label={label}
          list={list}
          pullsSince={pullsSince}
          sort={sort}
          onSort={(chosen) => updateUrl({ sort: formatSort(chosen) })}
          selection={selection}
          openDigest={openTag}
          noDeleteReason={noDeleteReason}
          onSelect={(image, isRange) =>
            select(
              isRange
                ? { type: 'range', tag: selectedOf(image), rows }
                : { type: 'toggle', tag: selectedOf(image) },
            )
          }
          onSelectAll={(areAll) => select(areAll ? { type: 'add', tags: rows } : { type: 'clear' })}
          onOpen={(digest) => openImage(digest, { isStep: true })}
          onDelete={(image) => setTargets([selectedOf(image)])}
        />
      </ListScaffold>
      <TableKeyboard label={label} />
      {!list.hasFailed && selection.tags.size > 0 && (
        <SelectionBar
          repository={name}
          selection={selection}
          what="image"
          hidden={hidden}
          selectMatching={null}
          onKeepShown={() => select({ type: 'settle', gone: hidden, failures: selection.failures })}
          onClear={() => select({ type: 'clear' })}
          onDelete={() => setTargets([...selection.tags.values()])}
        />
      )}
      {!list.hasFailed && (
        <ImageDialogs
          repository={name}
          isReady={list.isLoaded}
          targets={targets}
          onTargets={setTargets}
          onDeleted={(outcomes) => {
            const { gone, failures } = settledSelection(outcomes)
            const done = outcomes.filter(({ isDone }) => isDone).map(({ step }) => step.reference)
            select({ type: 'settle', gone: [...gone, ...done], failures })
          }}
          noDeleteReason={noDeleteReason}
        />
      )}
    </>
  )
}
