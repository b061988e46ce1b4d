import { render, screen, within } from '@testing-library/react'
import { MantineProvider } from '@mantine/core'
import { userEvent } from '@testing-library/user-event'
import { expect, test, vi } from 'vitest'
import { layerMapOf, type LayerGraph } from '#web/testing/layer-maps.ts'
import { EffectPanel } from '../effect-panel.tsx'
import { isSameItem } from '../map-focus.ts'
import { createMapModel, orderLayers } from '../map-model.ts'
import { MapScale } from './map-scale.tsx'
import { RibbonDrawing } from './ribbon-drawing.tsx'
import { layOutRibbons } from './ribbon-layout.ts'
import { useMapItems } from '../use-map-items.ts'

const facts = {
  sizes: { x: 2_000_000, a: 300_000, b: 500 },
  createdBy: { x: 'ADD base /', a: 'COPY app /opt/app # buildkit' },
}

/** As the page has it, but for the width that a browser measures. */
function Drawing({ graph }: { readonly graph: LayerGraph }) {
  const model = createMapModel([layerMapOf(graph, facts)])
  const order = orderLayers(model)
  const layout = layOutRibbons(model, 900)
  const items = useMapItems(model, { layers: order, layersRun: 'down' })
  const { shown, chosen } = items
  return (
    <MantineProvider>
      <EffectPanel
        model={model}
        shown={shown}
        isChosen={shown !== null && isSameItem(chosen, shown)}
        onOpen={vi.fn<() => void>()}
        onDelete={vi.fn<() => void>()}
        noDeleteReason={null}
      />
      <MapScale model={model} layout={layout} />
      <RibbonDrawing label="Layer map" {...{ model, layout, items }} layerOrder={order} />
    </MantineProvider>
  )
}

const panel = () => screen.getByRole('region', { name: 'What would go and what would stay' })
const names = (start: RegExp) =>
  within(screen.getByRole('group', { name: 'Layer map' }))
    .getAllByRole('button', { name: start })
    .map((button) => button.getAttribute('aria-label'))

test('names layers by instruction, and says of everything how large it is', () => {
  render(<Drawing graph={{ A: 'xa', B: 'xb' }} />)
  expect(names(/^Image/)).toEqual([
    'Image A, 2.3 MB. Deleting it frees 300 kB: 1 of its 2 layers goes.',
    'Image B, 2 MB. Deleting it frees 500 B: 1 of its 2 layers goes.',
  ])
  expect(names(/^Layer/)).toEqual([
    'Layer ADD base / (#x, 2 MB). In 2 images here (A, B). It goes when the last of them has gone.',
    'Layer COPY app /opt/app (#a, 300 kB). Only A points at it: it goes with that image.',
    'Layer #b (500 B). Only B points at it: it goes with that image.',
  ])
})

test('says how high bytes are, what the columns come to, and what is drawn too high', () => {
  render(<Drawing graph={{ A: 'xa', B: 'xb' }} />)
  const column = (heading: string) =>
    screen.getByRole('heading', { name: heading }).parentElement?.textContent
  expect(column('2 images')).toBe('2 images4.30 MB if each had its own layers')
  expect(column('3 layers')).toBe('3 layers2.30 MB stored, each once')
  expect(screen.getByText(/^Heights are bytes/).textContent).toMatch(
    /this is 200 kB\. What has less than [\d.]+ kB is drawn 2 pixels high\.$/,
  )
})

test('says by focus what goes with an image and what stays, in words and on the layers', async () => {
  const user = userEvent.setup()
  render(<Drawing graph={{ A: 'xa', B: 'xb' }} />)
  await user.tab()
  expect(panel().textContent).toContain('Deleting A frees 300 kB: 1 of its 2 layers goes.')
  expect(panel().textContent).toContain('ADD base / (#x, 2 MB) stays: 1 other image needs it.')
  expect(screen.getByText(/^goes · /).textContent).toBe('goes · 300 kB · #a')
  expect(screen.getByText(/^stays · /).textContent).toBe('stays · 2 MB · ×2 · #x')
})

test('offers the digest of a layer to copy, once it is chosen', async () => {
  const user = userEvent.setup()
  render(<Drawing graph={{ A: 'xa', B: 'xb' }} />)
  await user.tab()
  await user.keyboard('{ArrowRight}')
  expect(panel().textContent).toContain('ADD base /, 2.00 MB. In 2 images here')
  expect(within(panel()).queryByRole('button')).toBeNull()
  await user.keyboard('{Enter}')
  within(panel()).getByRole('button', { name: /^Copy digest/ })
})
