import { fireEvent, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { attachTableKeys } from './table-keys.ts'

const deleted = vi.fn<(name: string) => void>()
const opened = vi.fn<(name: string) => void>()
const selected = vi.fn<(name: string, isRange: boolean) => void>()
const helped = vi.fn<() => void>()

const Row = ({ name, at }: { name: string; at: number }) => (
  <tr aria-rowindex={at}>
    <td>
      <input
        type="checkbox"
        aria-label={`Select ${name}`}
        onClick={({ shiftKey }) => selected(name, shiftKey)}
      />
    </td>
    <th scope="row">
      <a
        href={`#${name}`}
        onClick={(event) => {
          event.preventDefault()
          opened(name)
        }}
      >
        {name}
      </a>
    </th>
    <td>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- as times are */}
      <time tabIndex={0}>yesterday</time>
    </td>
    <td>
      <button type="button" data-row-delete onClick={() => deleted(name)}>
        Delete {name}
      </button>
    </td>
  </tr>
)

const Page = ({ names }: { names: readonly string[] }) => (
  <main>
    <input role="searchbox" aria-label="Filter" />
    <table aria-label="Crates">
      <tbody>
        {names.map((name, place) => (
          <Row key={name} name={name} at={place + 2} />
        ))}
      </tbody>
    </table>
    <button type="button">After</button>
  </main>
)

let end = () => {}
let view: ReturnType<typeof render>
const user = userEvent.setup()

beforeEach(() => {
  for (const spy of [deleted, opened, selected, helped]) spy.mockClear()
  Element.prototype.scrollIntoView ??= () => {}
  view = render(<Page names={['a', 'b', 'c']} />)
  end = attachTableKeys('Crates', helped)
})
afterEach(() => end())

const focused = () =>
  document.activeElement?.textContent || document.activeElement?.getAttribute('aria-label')

it('is one stop of Tab, at the row that was used last', async () => {
  await user.tab()
  await user.tab()
  expect(focused()).toBe('a')
  await user.tab()
  expect(focused()).toBe('After')
  screen.getByRole('button', { name: 'Delete b' }).focus()
  await user.tab()
  expect(focused()).toBe('After')
  await user.tab({ shift: true })
  expect(focused()).toBe('b')
})

it('moves between rows and within them, and keeps the column', async () => {
  await user.keyboard('j')
  expect(focused()).toBe('a')
  await user.keyboard('j{ArrowDown}j')
  expect(focused()).toBe('c')
  await user.keyboard('k{ArrowRight}')
  expect(focused()).toBe('Delete b')
  await user.keyboard('k')
  expect(focused()).toBe('Delete a')
  await user.keyboard('{ArrowLeft}{ArrowLeft}{ArrowDown}')
  expect(focused()).toBe('Select b')
})

it('selects, opens and deletes the row', async () => {
  await user.keyboard('jjx')
  expect(selected).toHaveBeenLastCalledWith('b', false)
  fireEvent.keyDown(document.activeElement!, { key: 'X', shiftKey: true })
  expect(selected).toHaveBeenLastCalledWith('b', true)
  await user.keyboard('{Enter}')
  expect(opened).toHaveBeenCalledWith('b')
  await user.keyboard('#')
  expect(deleted).toHaveBeenLastCalledWith('b')
  await user.keyboard('j{Delete}')
  expect(deleted).toHaveBeenLastCalledWith('c')
})

it('leads to the filter, where keys are letters', async () => {
  await user.keyboard('/')
  expect(focused()).toBe('Filter')
  await user.keyboard('jx#?')
  expect(screen.getByRole('searchbox')).toHaveProperty('value', 'jx#?')
  expect(helped).not.toHaveBeenCalled()
})

it('lists its keys, and leaves those of the browser and of a dialog alone', async () => {
  await user.keyboard('?')
  expect(helped).toHaveBeenCalledOnce()
  await user.keyboard('{Control>}j{/Control}')
  expect(focused()).not.toBe('a')
  const dialog = document.createElement('div')
  dialog.setAttribute('role', 'dialog')
  document.body.append(dialog)
  await user.keyboard('j')
  expect(focused()).not.toBe('a')
  dialog.remove()
})

it('follows rows that come and go', async () => {
  await user.keyboard('jj')
  view.rerender(<Page names={['a', 'c', 'd']} />)
  await vi.waitFor(() =>
    expect(screen.getAllByRole('link').filter(({ tabIndex }) => tabIndex === 0)).toHaveLength(1),
  )
})

it('reaches a time after what acts, so that rows with fewer times have the same places', async () => {
  screen.getByRole('button', { name: 'Delete b' }).focus()
  await user.keyboard('{ArrowRight}')
  expect(focused()).toBe('yesterday')
  await user.keyboard('{ArrowLeft}')
  expect(focused()).toBe('Delete b')
})
