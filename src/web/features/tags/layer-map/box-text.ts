/** About how wide a character is, as a part of the size of its letters: text in SVG has no ellipsis. */
const widthOfCharacter = 0.6

/** As much of a text as a box has room for. What is cut off is in the box's title. */
export function fitText(text: string, widthPx: number, fontSizePx: number): string {
  const room = Math.max(1, Math.floor(widthPx / (fontSizePx * widthOfCharacter)))
  return text.length <= room ? text : `${text.slice(0, room - 1)}…`
}
