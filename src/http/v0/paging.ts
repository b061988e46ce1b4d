import { paging } from '#contract/paging.ts'
import type { Context } from 'hono'
import * as z from 'zod/mini'
import type { Env } from '../request-context.ts'
import { invalidParameter } from './invalid-input.ts'
import { countBefore, countUpTo, placeOf, type Order, type Place, type SortValue } from './order.ts'

interface PageQuery {
  readonly pageSize?: number | undefined
  readonly limit?: number | undefined
  readonly pageStart?: string | undefined
  readonly count?: boolean | undefined
}

const place = z.tuple([z.union([z.string(), z.number()]), z.string()])

/** Opaque to clients. URI-escaped first, because `btoa` accepts no character beyond one byte. */
export const encodePlace = ({ value, name }: Place): string =>
  btoa(encodeURIComponent(JSON.stringify([value, name])))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

/** @throws ApiError for anything that `encodePlace` did not make */
export function decodePlace(text: string): Place {
  try {
    const json = decodeURIComponent(atob(text.replaceAll('-', '+').replaceAll('_', '/')))
    const [value, name] = place.parse(JSON.parse(json))
    return { value, name }
  } catch {
    throw invalidParameter(
      'pageStart',
      `send what the header ${paging.nextPageStartHeader} of the page before said, unchanged`,
    )
  }
}

/**
 * The requested page; sets its headers on the answer. A page starts after the last item of the
 * previous one, wherever that is (or would be) now: deleting between two pages skips none.
 *
 * @param items all of them, sorted by `order`
 * @param startAt the value in the order that the first page starts at; null: it is asked for none
 */
export function page<T>(
  context: Context<Env>,
  items: readonly T[],
  order: Order<T>,
  query: PageQuery,
  startAt: SortValue | null = null,
): readonly T[] {
  const size = query.pageSize ?? query.limit ?? paging.defaultPageSize
  const first = startAt === null ? 0 : countBefore(items, order, startAt)
  const start =
    query.pageStart === undefined ? first : countUpTo(items, order, decodePlace(query.pageStart))
  const taken = items.slice(start, start + size)
  const last = taken.at(-1)
  if (last !== undefined && start + size < items.length) {
    context.header(paging.nextPageStartHeader, encodePlace(placeOf(last, order)))
  }
  if (startAt !== null) context.header(paging.resourceIndexHeader, String(start))
  if (query.count) context.header(paging.resourceCountHeader, String(items.length))
  return taken
}
