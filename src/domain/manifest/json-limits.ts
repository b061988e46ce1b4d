/** How much work a JSON document may demand of its parser. */
export interface JsonLimits {
  /** How deeply objects and arrays may be nested. */
  readonly depth: number
  /** The number of values in objects and arrays together. */
  readonly values: number
  /** How many members of objects may have other names than the usual ones. */
  readonly names: number
  /** Names that are so common in such documents that they do not count. */
  readonly usual: ReadonlySet<string>
}

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const colon = 0x3a
const isOpening = (code: number): boolean => code === 0x7b || code === 0x5b
const isClosing = (code: number): boolean => code === 0x7d || code === 0x5d

/** The end of the string that begins at a quote: its closing quote, or else the end of the text. */
export function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (end > 0) {
    let before = end - 1
    while (text.charCodeAt(before) === backslash) before -= 1
    if ((end - before) % 2 === 1) return end
    end = text.indexOf('"', end + 1)
  }
  return text.length
}

export interface JsonMeasure {
  /** The limit that the text exceeds, in words; null for none. */
  readonly exceeded: string | null
  /** The number of values in its lists and objects; if a limit was exceeded, those before. */
  readonly values: number
  /** The number of members in all its objects, in the same way. */
  readonly members: number
}

/**
 * Measures a text before it is parsed: four malicious mebibytes can keep a parser busy for a
 * second. Reads each character once or twice, and no more of them than the limits need. Does not
 * check whether the text is JSON.
 */
export function measureJson(text: string, limits: JsonLimits): JsonMeasure {
  let depth = 0
  let values = 0
  let members = 0
  const over = (limit: string): JsonMeasure => ({
    exceeded: `more than ${limit}`,
    values,
    members,
  })
  for (let position = 0; position < text.length; position += 1) {
    const code = text.charCodeAt(position)
    if (code === quote) position = endOfString(text, position)
    else if (code === comma) values += 1
    else if (code === colon) members += 1
    else if (isOpening(code)) {
      depth += 1
      values += 1
      if (depth > limits.depth) return over(`${limits.depth} levels of nesting`)
    } else if (isClosing(code)) depth -= 1
    if (values > limits.values) return over(`${limits.values} values`)
  }
  // There are nearly always so few members that their names need no check.
  if (members > limits.names && hasMoreNames(text, limits)) return over(`${limits.names} names`)
  return { exceeded: null, values, members }
}

function hasMoreNames(text: string, { names, usual }: JsonLimits): boolean {
  let count = 0
  let start = 0
  let end = 0
  for (let position = 0; position < text.length; position += 1) {
    const code = text.charCodeAt(position)
    if (code === quote) {
      start = position + 1
      end = endOfString(text, position)
      position = end
    } else if (code === colon && !usual.has(text.slice(start, end))) count += 1
    if (count > names) return true
  }
  return false
}

/** The number of members of a parsed document's objects; fewer than written if two share a name. */
export function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  let members = 0
  if (Array.isArray(value)) {
    for (const item of value) members += countMembers(item)
    return members
  }
  const object = value as Readonly<Record<string, unknown>>
  for (const name of Object.keys(object)) {
    members += 1
    const inner = object[name]
    if (typeof inner === 'object') members += countMembers(inner)
  }
  return members
}
