import { endOfString } from './json-limits.ts'

/*
 * JSON as it is written: every member of an object, also those of one name, which `JSON.parse` drops
 * all but the last of.
 */

export interface WrittenObject {
  readonly members: readonly (readonly [name: string, value: Written])[]
}

export type Written = string | number | boolean | null | readonly Written[] | WrittenObject

export const isWrittenObject = (value: Written): value is WrittenObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What stands between strings: marks, numbers and words. */
const part = /[{}[\],:]|[^\s{}[\],:"]+/y
const space = /[ \t\n\r]*/y

/**
 * Reads what `JSON.parse` has taken: it does not look for mistakes again. Recurses as deeply as the
 * document is nested, which its reader has to have limited.
 */
export function parseAllMembers(json: string): Written {
  let position = 0

  function next(): string {
    space.lastIndex = position
    space.exec(json)
    const start = space.lastIndex
    if (json[start] === '"') position = endOfString(json, start) + 1
    else {
      part.lastIndex = start
      part.exec(json)
      position = part.lastIndex
    }
    return json.slice(start, position)
  }

  function valueFrom(first: string): Written {
    if (first === '{') return objectAfter()
    if (first === '[') return listAfter()
    return JSON.parse(first) as Written
  }

  function objectAfter(): WrittenObject {
    const members: [string, Written][] = []
    for (let first = next(); first !== '}'; first = next()) {
      if (first === ',') first = next()
      const name = JSON.parse(first) as string
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
