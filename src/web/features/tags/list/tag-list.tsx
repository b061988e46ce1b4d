import type { Repository } from '#contract/images/repositories.ts'
import type { Tag, TagList as TagPage } from '#contract/images/tags.ts'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useMemo, useReducer, useState } from 'react'
import { messageOf } from '#web/api/api-error.ts'
import { useInfiniteRows } from '#web/components/table/list-rows.ts'
import { ListScaffold } from '#web/components/table/list-scaffold.tsx'
import { formatSort } from '#web/components/table/sort.ts'
import { showErrorToast } from '#web/components/feedback/toast.tsx'
import { lazyComponent } from '#web/components/layout/lazy-component.tsx'
import { useUrlState } from '#web/components/layout/use-url-state.ts'
import { noWriteReason } from '#web/entities/access-labels.ts'
import { ImageDialogs } from '../image-dialogs.tsx'
import { tagsQuery } from './list-queries.ts'
import { NoTags } from './no-tags.tsx'
import { matchingTagsQuery } from '../queries.ts'
import { SelectionBar, type SelectionImpact } from './selection-bar.tsx'
import { hiddenSelection, matchingOffer, settledSelection } from './selection-offers.ts'
import {
  nothingSelected,
  selectionLimit,
  selectionReducer,
  type DeletionTarget,
} from './selection.ts'
import { TagsTable } from './tags-table.tsx'
import { TagsToolbar } from './tags-toolbar.tsx'
import { isFiltered, noFilters, readView } from './tags-view.ts'
import { useOpenImage } from '../use-open-image.ts'

// Keys are for people who know the page: they come when all else is there.
const TableKeyboard = lazyComponent(
  async () => (await import('#web/components/table/table-keyboard.tsx')).TableKeyboard,
  undefined,
  { isPatient: true },
)

interface TagListProps {
  readonly name: string
  /** Undefined while it loads. */
  readonly repository: Repository | undefined
  /** Told what deleting the selected tags would do; null: nothing is selected, or not known. */
  readonly onImpact?: (impact: SelectionImpact | null) => void
}

const tagsOf = ({ tags }: TagPage) => tags

export function TagList({ name, repository, onImpact }: TagListProps) {
  const client = useQueryClient()
  const [parameters, updateUrl] = useUrlState()
  const view = useMemo(() => readView(parameters), [parameters])
  const pages = useInfiniteQuery(tagsQuery(name, view))
  const list = useInfiniteRows(pages, tagsOf)
  const { pullsSince, retention } = pages.data?.pages[0]?.data ?? {}
  const { rows: tags, totalCount: matchingCount } = list

  const [selection, select] = useReducer(selectionReducer, nothingSelected)
  const [targets, setTargets] = useState<readonly DeletionTarget[] | null>(null)

  const noDeleteReason = noWriteReason(name, repository?.accessLevel)

  const selectMatching = async () => {
    try {
      const matching = await client.fetchQuery(matchingTagsQuery(name, view, selectionLimit))
      select({ type: 'add', tags: matching.tags.filter((tag) => tag.protectedBy === null) })
    } catch (error) {
      showErrorToast(messageOf(error))
    }
  }
  // They can't be selected.
  const protectedCount = useMemo(
    () => tags.filter((tag) => tag.protectedBy !== null).length,
    [tags],
  )
  const offer = matchingOffer({
    selectedCount: selection.tags.size,
    shownCount: tags.length - protectedCount,
    // A list that starts further down offers nothing that is above.
    matchingCount: matchingCount === null ? null : matchingCount - list.firstIndex - protectedCount,
  })

  const hidden = hiddenSelection(selection, view, pullsSince)

  const askToDelete = useCallback(
    ({ name: tag, digest }: Tag) => setTargets([{ name: tag, digest }]),
    [],
  )
  const openImage = useOpenImage()
  const openDetails = useCallback((tag: string) => openImage(tag, { isStep: true }), [openImage])

  return (
    <>
      <ListScaffold
        list={list}
        failure="Couldn’t load the tags"
        nextFailure="Couldn’t load the next tags"
        filter={{
          what: 'tag',
          isOn: isFiltered(view) || view.startAt !== null,
          onClear: () => updateUrl(noFilters),
        }}
        empty={<NoTags />}
        toolbar={
          <TagsToolbar
            repository={name}
            view={view}
            onView={updateUrl}
            matchingCount={matchingCount}
            firstIndex={list.firstIndex}
            pullsSince={pullsSince}
            retention={retention}
            allCount={repository?.tagCount ?? null}
          />
        }
      >
        <TagsTable
          repository={name}
          list={list}
          sort={view.sort}
          onSort={(sort) => updateUrl({ sort: formatSort(sort), at: null })}
          selection={selection}
          onSelect={select}
          openTag={view.openTag}
          onOpen={openDetails}
          onDelete={askToDelete}
          nextCleaningAt={retention?.nextRunAt}
          pullsSince={pullsSince}
          noDeleteReason={noDeleteReason}
        />
      </ListScaffold>
      <TableKeyboard label={`Tags of ${name}`} />
      {!list.hasFailed && selection.tags.size > 0 && (
        <SelectionBar
          repository={name}
          selection={selection}
          hidden={hidden}
          selectMatching={
            offer === null ? null : { label: offer, onSelect: () => void selectMatching() }
          }
          onKeepShown={() => select({ type: 'settle', gone: hidden, failures: selection.failures })}
          onImpact={onImpact}
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
          onDeleted={(outcomes) => select({ type: 'settle', ...settledSelection(outcomes) })}
          noDeleteReason={noDeleteReason}
        />
      )}
    </>
  )
}
