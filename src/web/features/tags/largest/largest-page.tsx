import {
  largestSorts,
  type LargestImage,
  type LargestImages,
} from '#contract/images/largest-images.ts'
import { IconStack2 } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { PageTitle } from '#web/components/layout/page-title.tsx'
import { useUrlState } from '#web/components/layout/use-url-state.ts'
import { FilterField } from '#web/components/table/filter-field.tsx'
import listClasses from '#web/components/table/list-page.module.css'
import { useInfiniteRows } from '#web/components/table/list-rows.ts'
import { ListScaffold } from '#web/components/table/list-scaffold.tsx'
import { formatSort, parseSort } from '#web/components/table/sort.ts'
import { countOf } from '#web/components/text/count-of.ts'
import { RegistryStorage } from '#web/entities/storage/registry-storage.tsx'
import { DeletionDialog } from '../deletion/deletion-dialog.tsx'
import { OrderSelect } from '../list/sort-select.tsx'
import { PulledFilter, PullsKnown } from '../list/tag-filters.tsx'
import { readView } from '../list/tags-view.ts'
import { largestQuery, mostFirst } from './largest-query.ts'
import { LargestTable } from './largest-table.tsx'

const imagesOf = ({ images }: LargestImages) => images
const nothing = () => undefined

const orders = [
  ['-exclusiveSize', 'Frees most first'],
  ['exclusiveSize', 'Frees least first'],
  ['lastPulledAt', 'Pulled longest ago first'],
  ['-lastPulledAt', 'Pulled last first'],
] as const

const readLargestView = (parameters: URLSearchParams) => {
  const { filter, pulled } = readView(parameters)
  return { filter, pulled, sort: parseSort(parameters.get('sort'), largestSorts) ?? mostFirst }
}

/** "What takes the space": the images of all repositories by the bytes that their deletion frees. */
export function LargestPage() {
  const [parameters, updateUrl] = useUrlState()
  const view = useMemo(() => readLargestView(parameters), [parameters])
  const { filter, pulled, sort } = view
  const pages = useInfiniteQuery(largestQuery(view))
  const list = useInfiniteRows(pages, imagesOf)
  const pullsSince = pages.data?.pages[0]?.data.pullsSince
  const isFiltered = filter !== '' || Boolean(pulled)
  const [doomed, setDoomed] = useState<LargestImage | null>(null)
  const isEmpty = list.isLoaded && list.rows.length === 0 && list.next === null
  return (
    <>
      <PageTitle
        title="What takes the space"
        description="The images of all repositories, with what their deletion frees. Layers that other images need too are not counted."
      />
      <RegistryStorage />
      <ListScaffold
        list={list}
        failure="Couldn’t load the images"
        nextFailure="Couldn’t load the rest of the images"
        filter={{
          what: 'image',
          isOn: isFiltered,
          onClear: () => updateUrl({ filter: null, pulled: null }),
        }}
        empty={
          <EmptyState title="No images yet" icon={<IconStack2 size={28} stroke={1.5} />}>
            Images appear here as soon as they are pushed.
          </EmptyState>
        }
        toolbar={
          isEmpty && !isFiltered ? null : (
            <>
              <div className={listClasses.toolbar}>
                <FilterField
                  label="Filter by repository or tag"
                  className={listClasses.filter}
                  value={filter}
                  onChange={(value) => updateUrl({ filter: value })}
                />
                <PulledFilter
                  pulled={pulled}
                  isInLine
                  onChange={(value) => updateUrl({ pulled: value })}
                />
                <span role="status" className={listClasses.count}>
                  {list.isLoaded && countOf(list.totalCount ?? list.rows.length, 'image')}
                </span>
                <OrderSelect
                  fields={largestSorts}
                  options={orders}
                  sort={sort}
                  onSort={(chosen) => updateUrl({ sort: formatSort(chosen) })}
                />
              </div>
              <PullsKnown pulled={pulled} pullsSince={pullsSince} />
            </>
          )
        }
      >
        <LargestTable
          list={list}
          pullsSince={pullsSince}
          sort={sort}
          onSort={(chosen) => updateUrl({ sort: formatSort(chosen) })}
          onDelete={setDoomed}
        />
      </ListScaffold>
      {doomed && (
        <DeletionDialog
          repository={doomed.repository}
          targets={[
            { name: doomed.tags[0] ?? doomed.digest, digest: doomed.digest, isWhole: true },
          ]}
          onClose={() => setDoomed(null)}
          onFinished={nothing}
        />
      )}
    </>
  )
}
