import { formatByteSize } from '#domain/values/byte-size.ts'
import { countOf, formatCount, namesOf } from '#web/components/text/count-of.ts'
import type { DrawnImage, DrawnLayer, MapModel } from './map-model.ts'

/** "1.2 (also stable and 3 more)". */
export function imageTitle({ name, tags, tagCount }: DrawnImage): string {
  if (tagCount === 0) return `${name} (no tag)`
  if (tagCount === 1) return name
  const others = tags.slice(1, 4)
  const more = tagCount - 1 - others.length
  return `${name} (also ${others.join(', ')}${more > 0 ? ` and ${formatCount(more)} more` : ''})`
}

/** A text of at most so many characters. */
export const beginningOf = (text: string, characters: number): string =>
  text.length <= characters ? text : `${text.slice(0, characters - 1)}…`

/** "COPY app /opt/app (#2543d8, 4.2 MB)". */
export function layerTitle({ name, label, size }: DrawnLayer): string {
  const bytes = formatByteSize(size)
  if (name === label) return `${label} (${bytes})`
  return `${beginningOf(name, 60)} (${label}, ${bytes})`
}

/** What goes if the image is deleted: "frees 145.05 kB: 2 of its 3 layers go". */
export function goesWords({ exclusiveSize, layers, exclusive }: DrawnImage): string {
  const bytes = formatByteSize(exclusiveSize)
  if (exclusive.size === 0)
    return `frees ${bytes}: none of its ${countOf(layers.length, 'layer')} goes`
  if (exclusive.size === layers.length) {
    return layers.length === 1
      ? `frees ${bytes}: its one layer goes`
      : `frees ${bytes}: all ${formatCount(layers.length)} layers go`
  }
  const verb = exclusive.size === 1 ? 'goes' : 'go'
  return `frees ${bytes}: ${formatCount(exclusive.size)} of its ${countOf(layers.length, 'layer')} ${verb}`
}

/** What stays if the image is deleted, and why: one sentence for each of the first few layers. */
export function staysWords(image: DrawnImage, { layers }: MapModel): readonly string[] {
  return image.layers.flatMap((position) => {
    const layer = layers[position]
    if (layer === undefined || image.exclusive.has(position)) return []
    return [`${layerTitle(layer)} stays: ${othersWords(layer)}`]
  })
}

/** Which other images hold a layer after one of the drawn images is deleted. */
function othersWords({ imageCount, elsewhereCount }: DrawnLayer): string {
  const here = imageCount - 1
  const words = [
    here > 0 ? countOf(here, 'other image') : '',
    elsewhereCount > 0 ? `${countOf(elsewhereCount, 'image')} of other repositories` : '',
  ].filter(Boolean)
  if (words.length === 0) return 'an index or an attached artifact needs it'
  return `${words.join(' and ')} ${here + elsewhereCount === 1 ? 'needs' : 'need'} it`
}

/** Which images hold a layer, and when it goes. */
export function layerWords(layer: DrawnLayer, { images }: MapModel): string {
  const { imageCount, elsewhereCount } = layer
  const names = layer.images.flatMap((position) => images[position]?.name ?? [])
  const notDrawn = imageCount - names.length
  const here =
    namesOf(names, 5) + (notDrawn > 0 ? ` and ${countOf(notDrawn, 'image')} not drawn here` : '')
  if (imageCount === 1 && elsewhereCount === 0) {
    return `Only ${here} points at it: it goes with that image.`
  }
  const elsewhere =
    elsewhereCount > 0 ? ` and in ${countOf(elsewhereCount, 'image')} of other repositories` : ''
  return `In ${countOf(imageCount, 'image')} here (${here})${elsewhere}. It goes when the last of them has gone.`
}

/** All that a drawing shows of an image. */
export const imageSentence = (image: DrawnImage): string =>
  `Image ${imageTitle(image)}, ${formatByteSize(image.size)}. Deleting it ${goesWords(image)}.`

/** All that a drawing shows of a layer. */
export const layerSentence = (layer: DrawnLayer, model: MapModel): string =>
  `Layer ${layerTitle(layer)}. ${layerWords(layer, model)}`
