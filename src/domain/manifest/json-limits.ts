/** How much a JSON document may ask of who reads it. */
export interface JsonLimits {
  /** How deeply objects and arrays may lie in one another. */
  readonly depth: number
  /** How many values there may be, in objects and arrays together. */
  readonly values: number
  /** How many members of objects may have other names than the usual ones. */
  readonly names: number
  /** Names that are so common in such documents that they cost nothing. */
  readonly usual: ReadonlySet<string>
}

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const colon = 0x3a
const isOpening = (code: number): boolean => code === 0x7b || code === 0x5b
const isClosing = (code: number): boolean => code === 0x7d || code === 0x5d

/** Where the string that begins at a quote ends: at its other quote, or else with the text. */
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
  /** Which limit the text goes over, in words; null for none. */
  readonly exceeded: string | null
  /** How many values its lists and objects have together; where a limit was exceeded, those before. */
  readonly values: number
  /** How many members all its objects have together, in the same way. */
  readonly members: number
}

/**
 * Measures a text before it is parsed: four mebibytes that are made for it keep a parser busy for a
 * second. Looks at each character once or twice, and at no more of them than the limits need. Whether
 * the text is JSON is not asked here.
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
  // Nearly always there are so few members that their names need not be looked at.
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

/** How many members the objects of a parsed document have; fewer than written, if two share a name. */
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
