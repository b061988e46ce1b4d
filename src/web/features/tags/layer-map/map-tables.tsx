import { Table } from '@mantine/core'
import type { ReactNode } from 'react'
import { ByteSize } from '#web/entities/byte-size.tsx'
import { formatCount } from '#web/components/text/count-of.ts'
import { ShortDigest } from '#web/entities/short-digest.tsx'
import classes from './layer-map.module.css'
import type { DrawnImage, MapModel } from './map-model.ts'
import { imageTitle, layerWords } from './map-labels.ts'

interface MapTablesProps {
  readonly model: MapModel
  readonly onOpen: (image: DrawnImage) => void
}

/** The drawing's content as tables, for screen readers and for copying. */
export function MapTables({ model, onOpen }: MapTablesProps) {
  return (
    <div className={classes.tables}>
      <Scrolled label="Images and their layers">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Image</Table.Th>
            <Table.Th className={classes.number}>Size</Table.Th>
            <Table.Th className={classes.number}>Goes</Table.Th>
            <Table.Th className={classes.number}>Stays</Table.Th>
            <Table.Th>Layers that go</Table.Th>
            <Table.Th>Layers that stay</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {model.images.map((image) => (
            <Table.Tr key={image.digest}>
              <Table.Th scope="row">
                <button type="button" className={classes.link} onClick={() => onOpen(image)}>
                  {imageTitle(image)}
                </button>
              </Table.Th>
              <Bytes of={image.size} />
              <Bytes of={image.exclusiveSize} />
              <Bytes of={image.size - image.exclusiveSize} />
              <Table.Td>{labels(model, image, true)}</Table.Td>
              <Table.Td>{labels(model, image, false)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Scrolled>
      <Scrolled label="Layers and their images">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Layer</Table.Th>
            <Table.Th>Made by</Table.Th>
            <Table.Th>Digest</Table.Th>
            <Table.Th className={classes.number}>Size</Table.Th>
            <Table.Th className={classes.number}>Images here</Table.Th>
            <Table.Th className={classes.number}>Elsewhere</Table.Th>
            <Table.Th>When it goes</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {model.layers.map((layer) => (
            <Table.Tr key={layer.digest}>
              <Table.Th scope="row">{layer.label}</Table.Th>
              <Table.Td className={classes.instruction}>
                {layer.name === layer.label ? '–' : layer.name}
              </Table.Td>
              <Table.Td>
                <ShortDigest digest={layer.digest} />
              </Table.Td>
              <Bytes of={layer.size} />
              <Table.Td className={classes.number}>{formatCount(layer.imageCount)}</Table.Td>
              <Table.Td className={classes.number}>{formatCount(layer.elsewhereCount)}</Table.Td>
              <Table.Td>{layerWords(layer, model)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Scrolled>
    </div>
  )
}

function Scrolled({ label, children }: { label: string; children: ReactNode }) {
  return (
    // It scrolls sideways on a narrow screen, so the keyboard must reach it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={classes.scroller} tabIndex={0} role="region" aria-label={label}>
      <Table aria-label={label} verticalSpacing={4}>
        {children}
      </Table>
    </div>
  )
}

const Bytes = ({ of }: { of: number }) => (
  <Table.Td className={classes.number}>
    <ByteSize bytes={of} />
  </Table.Td>
)

const labels = (model: MapModel, image: DrawnImage, goes: boolean): string =>
  image.layers
    .filter((layer) => image.exclusive.has(layer) === goes)
    .map((layer) => model.layers[layer]?.label)
    .join(', ') || '–'
