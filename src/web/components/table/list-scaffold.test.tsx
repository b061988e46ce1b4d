import { infiniteQueryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { screen, waitFor } from '@testing-library/react'
import { expect, it, vi } from 'vitest'
import type { Page } from '#web/api/request.ts'
import { renderPage } from '#web/testing/render-page.tsx'
import { useInfiniteRows, wholeList } from './list-rows.ts'
import { ListScaffold } from './list-scaffold.tsx'
import { VirtualTable } from './virtual-table.tsx'

interface Crates {
  readonly crates: readonly string[]
}
type FetchPage = (pageStart: string | null) => Promise<Page<Crates>>

const cratesOf = ({ crates }: Crates) => crates

/** The first of two pages, unless there is no further one. */
const page = (
  crates: readonly string[],
  nextPageStart: string | null = null,
  resourceCount = crates.length,
): Page<Crates> => ({ data: { crates }, nextPageStart, resourceCount, resourceIndex: 0 })

interface HoldProps {
  readonly fetchPage: FetchPage
  readonly isFiltered?: boolean
  readonly onClear?: () => void
}

function Hold({ fetchPage, isFiltered = false, onClear = () => undefined }: HoldProps) {
  const query = infiniteQueryOptions({
    queryKey: ['crates'],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) => fetchPage(pageParam),
    getNextPageParam: ({ nextPageStart }) => nextPageStart,
  })
  const list = useInfiniteRows(useInfiniteQuery(query), cratesOf)
  return (
    <ListScaffold
      list={list}
      failure="Couldn’t load the crates"
      nextFailure="Couldn’t load the next crates"
      filter={{ what: 'crate', isOn: isFiltered, onClear }}
      empty={<p>The hold is empty</p>}
      toolbar={<p>{list.totalCount ?? 'unknown'} in all</p>}
      footer={<p>Deck above</p>}
    >
      <VirtualTable
        label="Crates"
        head={<th>Crate</th>}
        list={list}
        rowHeight={40}
        renderRow={(crate, rowIndex) => (
          <tr key={crate} aria-rowindex={rowIndex}>
            <th scope="row">
              <button type="button">{crate}</button>
            </th>
          </tr>
        )}
      />
    </ListScaffold>
  )
}

/** An answer that the test gives when it wants. */
function later() {
  let give: (page: Page<Crates>) => void = () => undefined
  const promise = new Promise<Page<Crates>>((resolve) => {
    give = resolve
  })
  return { promise, resolve: (given: Page<Crates>) => give(given) }
}
const shownRows = () => screen.getAllByRole('rowheader').map((cell) => cell.textContent)
const failure = new Error('the disk is gone')
const open = (props: HoldProps) => renderPage(<Hold {...props} />, { at: '/' })

it('says that it is loading, below its toolbar', async () => {
  const first = later()
  open({ fetchPage: () => first.promise })
  expect(screen.getByRole('status').textContent).toBe('Loading')
  expect(screen.getByText('unknown in all')).toBeDefined()
  expect(screen.getByText('Deck above')).toBeDefined()
  first.resolve(page(['tea']))
  await screen.findByRole('table', { name: 'Crates' })
  expect(screen.queryByRole('status')).toBeNull()
})

it('shows only the failure if the first page fails, and tries again by keyboard', async () => {
  const fetchPage = vi.fn<FetchPage>().mockRejectedValueOnce(failure)
  const { user } = open({ fetchPage: fetchPage.mockResolvedValue(page(['tea'])) })
  const alert = await screen.findByRole('alert')
  expect(alert.textContent).toContain('Couldn’t load the crates')
  expect(alert.textContent).toContain('The disk is gone.')
  expect(screen.queryByText('Deck above')).toBeNull()
  await user.tab()
  expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Try again' }))
  await user.keyboard('{Enter}')
  await screen.findByRole('table')
  expect(shownRows()).toEqual(['tea'])
})

it('is empty without a filter, and has no match with one', async () => {
  open({ fetchPage: async () => page([]) })
  expect(await screen.findByText('The hold is empty')).toBeDefined()
  expect(screen.queryByRole('table')).toBeNull()
})

it('clears a filter that nothing matches, by keyboard', async () => {
  const onClear = vi.fn()
  const { user } = open({ fetchPage: async () => page([]), isFiltered: true, onClear })
  await screen.findByText('No crate matches the filter')
  expect(screen.queryByText('The hold is empty')).toBeNull()
  await user.tab()
  await user.keyboard('{Enter}')
  expect(onClear).toHaveBeenCalledTimes(1)
})

it('is not empty as long as a further page may bring rows', async () => {
  open({ fetchPage: async () => page([], 'x', 3) })
  await screen.findByRole('table')
  expect(screen.queryByText('The hold is empty')).toBeNull()
})

it('loads the next page at its end, once, and stops after the last', async () => {
  const second = later()
  const fetchPage = vi.fn<FetchPage>((start) =>
    start === null ? Promise.resolve(page(['tea', 'silk'], 'silk', 3)) : second.promise,
  )
  open({ fetchPage })
  await screen.findByRole('button', { name: 'silk' })
  await waitFor(() => expect(fetchPage.mock.calls).toEqual([[null], ['silk']]))
  // The rows that are there stay while it loads.
  expect(shownRows()).toEqual(['tea', 'silk'])
  second.resolve(page(['pepper'], null, 3))
  await screen.findByRole('button', { name: 'pepper' })
  expect(shownRows()).toEqual(['tea', 'silk', 'pepper'])
  expect(screen.getByText('3 in all')).toBeDefined()
  expect(fetchPage).toHaveBeenCalledTimes(2)
})

it('keeps its rows if the next page fails, and asks for it again only by hand', async () => {
  const fetchPage = vi.fn<FetchPage>((start) =>
    start === null ? Promise.resolve(page(['tea'], 'tea', 2)) : Promise.reject(failure),
  )
  const { user } = open({ fetchPage })
  const alert = await screen.findByRole('alert')
  expect(alert.textContent).toContain('Couldn’t load the next crates')
  expect(shownRows()).toEqual(['tea'])
  expect(screen.getByText('Deck above')).toBeDefined()
  const askedSoFar = fetchPage.mock.calls.length
  fetchPage.mockResolvedValue(page(['silk'], null, 2))
  await user.tab()
  await user.tab()
  expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Try again' }))
  expect(fetchPage).toHaveBeenCalledTimes(askedSoFar)
  await user.keyboard('{Enter}')
  await screen.findByRole('button', { name: 'silk' })
  expect(screen.queryByRole('alert')).toBeNull()
})

it('shows a list that is fetched as a whole with the same states', async () => {
  function Whole() {
    const query = useQuery({ queryKey: ['whole'], queryFn: async () => ['tea', 'silk'] })
    const rows = query.data?.filter((name) => name !== 'tea') ?? []
    return (
      <ListScaffold list={wholeList(query, rows)} failure="No crates" empty={null}>
        <ul>
          {rows.map((name) => (
            <li key={name}>{name}</li>
          ))}
        </ul>
      </ListScaffold>
    )
  }
  renderPage(<Whole />, { at: '/' })
  expect(screen.getByRole('status').textContent).toBe('Loading')
  expect((await screen.findAllByRole('listitem')).map((item) => item.textContent)).toEqual(['silk'])
})
