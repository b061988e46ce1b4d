import { beginningOf } from './map-labels.ts'

/**
 * The approximate width of a character, as a part of the font size: text in SVG has no ellipsis.
 */
const widthOfCharacter = 0.6

/** As much of a text as fits a box. The box's title has the whole text. */
export function fitText(text: string, widthPx: number, fontSizePx: number): string {
  const room = Math.max(1, Math.floor(widthPx / (fontSizePx * widthOfCharacter)))
  return beginningOf(text, room)
}
