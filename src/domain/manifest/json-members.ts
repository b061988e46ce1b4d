import { endOfString } from './json-limits.ts'

/*
 * JSON as written: every member of an object, also several of one name, where `JSON.parse` drops
 * all but the last.
 */

export interface WrittenObject {
  readonly members: readonly (readonly [name: string, value: Written])[]
}

export type Written = string | number | boolean | null | readonly Written[] | WrittenObject

export const isWrittenObject = (value: Written): value is WrittenObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const quote = 0x22
const isSpace = (code: number): boolean => code <= 0x20
/** `{}[],:` */
const isMark = (code: number): boolean =>
  code === 0x7b || code === 0x7d || code === 0x5b || code === 0x5d || code === 0x2c || code === 0x3a

const isEnd = (code: number): boolean => isSpace(code) || isMark(code)

/** The value of a string, a number or a word of JSON. */
function scalarOf(part: string): string | number | boolean | null {
  const isPlainText = part.charCodeAt(0) === quote && !part.includes('\\')
  return isPlainText ? part.slice(1, -1) : (JSON.parse(part) as string)
}

/**
 * Parses what `JSON.parse` has accepted: it does not check again. Recurses as deeply as the
 * document is nested, so the caller must have limited that.
 */
export function parseAllMembers(json: string): Written {
  let position = 0

  /** The next mark, string, number or word. */
  function next(): string {
    while (isSpace(json.charCodeAt(position))) position += 1
    const start = position
    const code = json.charCodeAt(start)
    if (code === quote) position = endOfString(json, start) + 1
    else if (isMark(code)) position += 1
    else {
      while (position < json.length && !isEnd(json.charCodeAt(position))) position += 1
    }
    return json.slice(start, position)
  }

  function valueFrom(first: string): Written {
    if (first === '{') return objectAfter()
    if (first === '[') return listAfter()
    return scalarOf(first)
  }

  function objectAfter(): WrittenObject {
    const members: [string, Written][] = []
    for (let first = next(); first !== '}'; first = next()) {
      const name = scalarOf(first === ',' ? next() : first) as string
      next()
      members.push([name, valueFrom(next())])
    }
    return { members }
  }

  function listAfter(): Written[] {
    const items: Written[] = []
    for (let first = next(); first !== ']'; first = next()) {
      items.push(valueFrom(first === ',' ? next() : first))
    }
    return items
  }

  return valueFrom(next())
}
