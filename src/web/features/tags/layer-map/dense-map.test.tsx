import { fireEvent, render, screen, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { expect, test } from 'vitest'
import { layerMapOf, type LayerGraph } from '#web/testing/layer-maps.ts'
import { DenseMap } from './dense-map.tsx'
import { createMapModel } from './map-model.ts'
import { MapLegend } from './map-legend.tsx'

/** The drawing, with the names of what it shows and what is chosen. */
function Drawing({ graph }: { readonly graph: LayerGraph }) {
  const model = createMapModel([layerMapOf(graph)])
  return (
    <DenseMap label="Layer map" model={model}>
      {({ shown, chosen }) => (
        <output>
          {[shown, chosen].map((item) => item && model.images[item.position]?.name).join(' ')}
        </output>
      )}
    </DenseMap>
  )
}

const imageBox = (name: string) =>
  screen.getByRole('button', { name: new RegExp(`^Image ${name},`) })
const said = () => screen.getByRole('status').textContent

test('keeps focus and choice on their image when other images come and go', async () => {
  const user = userEvent.setup()
  const { rerender } = render(<Drawing graph={{ A: 'xa', B: 'xb', C: 'xc' }} />)
  await user.tab()
  expect(document.activeElement).toBe(imageBox('A'))
  await user.keyboard('{ArrowDown}{Enter}')
  expect(said()).toBe('B B')

  rerender(<Drawing graph={{ New: 'xn', A: 'xa', B: 'xb', C: 'xc' }} />)
  expect(document.activeElement).toBe(imageBox('B'))
  expect(said()).toBe('B B')
  await user.keyboard('{ArrowUp}')
  expect(document.activeElement).toBe(imageBox('A'))
  expect(said()).toBe('A B')

  rerender(<Drawing graph={{ A: 'xa', C: 'xc' }} />)
  expect(said()).toBe('A ')
})

test('leads the Tab key to the first image when the focused one has gone', async () => {
  const user = userEvent.setup()
  const { rerender } = render(<Drawing graph={{ A: 'xa', B: 'xb' }} />)
  await user.tab()
  await user.keyboard('{ArrowDown}')
  rerender(<Drawing graph={{ A: 'xa', C: 'xc' }} />)
  expect(said()).toBe(' ')
  await user.tab()
  expect(document.activeElement).toBe(imageBox('A'))
})

test('shows what is focused, though another image comes under a pointer at rest', async () => {
  const user = userEvent.setup()
  render(<Drawing graph={{ A: 'xa', B: 'xb' }} />)
  fireEvent.pointerMove(imageBox('A'))
  expect(said()).toBe('A ')
  await user.tab()
  await user.keyboard('{ArrowDown}')
  expect(said()).toBe('B ')
  // As when the focus has scrolled the page.
  fireEvent.pointerLeave(imageBox('A'))
  fireEvent.pointerEnter(imageBox('A'))
  expect(said()).toBe('B ')
})

test('shades the layers by their size, in the levels that the legend shows', () => {
  const graph = Object.fromEntries(
    Array.from({ length: 41 }, (_, image) => [`I${image}`, image < 2 ? 'xyz' : 'x']),
  )
  const sizes = { x: 40_000_000, y: 400, z: 2_000_000 }
  const model = createMapModel([layerMapOf(graph, { sizes })])
  const { container } = render(
    <>
      <MapLegend model={model} />
      <DenseMap label="Layer map" model={model}>
        {() => null}
      </DenseMap>
    </>,
  )
  const levelsIn = (element: Element | null) =>
    Array.from(element?.querySelectorAll('[data-level]') ?? [], (mark) =>
      Number(mark.getAttribute('data-level')),
    )
  const legend = within(screen.getByRole('list')).getByText(/^a layer that several images hold/)
  expect(levelsIn(legend)).toEqual([0, 1, 2, 3])
  expect(legend.textContent).toBe(
    'a layer that several images hold:under 100 kB100 kB to 1 MB1 MB to 10 MB10 MB and more',
  )
  expect(levelsIn(imageBox('I0')).toSorted((a, b) => a - b)).toEqual([0, 2, 3])
  expect(levelsIn(imageBox('I2'))).toEqual([3])
  expect(container.querySelectorAll('[data-level]')).toHaveLength(4 + 41 + 2 * 2)
})
