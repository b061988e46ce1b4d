import { render, screen } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { expect, test } from 'vitest'
import { layerMapOf, type LayerGraph } from '#web/testing/layer-maps.ts'
import { DenseMap } from './dense-map.tsx'
import { createMapModel } from './map-model.ts'

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
