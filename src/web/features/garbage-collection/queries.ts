import {
  getLastSavings,
  getPlan,
  getRecentlyDeleted,
  getReclaimable,
  getSchedule,
  listSavings,
} from '#contract/endpoints/garbage-collection.ts'
import { listJobs } from '#contract/endpoints/jobs.ts'
import { paging } from '#contract/paging.ts'
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { untilCurrent } from '#web/api/ask-again.ts'
import { request, requestPage } from '#web/api/request.ts'
import { queryKeys } from '#web/api/query-keys.ts'
import { askedFromMs, type SavingsRange } from './savings/savings-range.ts'

const root = queryKeys.garbageCollection

/** The runs, newest first. */
export const historyQuery = infiniteQueryOptions({
  queryKey: [...root, listJobs.name, 'history'],
  queryFn: ({ pageParam, signal }) =>
    requestPage(listJobs, {
      query: { action: 'gc', pageSize: paging.defaultPageSize, pageStart: pageParam, count: true },
      signal,
    }),
  initialPageParam: null as string | null,
  getNextPageParam: (last) => last.nextPageStart,
})

export const scheduleQuery = queryOptions({
  queryKey: [...root, getSchedule.name],
  queryFn: ({ signal }) => request(getSchedule, { signal }),
  refetchInterval: 60_000,
})

export const reclaimableQuery = queryOptions({
  queryKey: [...root, getReclaimable.name],
  queryFn: ({ signal }) => request(getReclaimable, { signal }),
  refetchInterval: untilCurrent(60_000),
})

/**
 * The same for a decision: it waits until the answer is current. Fetched each time, because a
 * person must not decide by an old answer.
 */
export const currentReclaimableQuery = queryOptions({
  queryKey: [...root, getReclaimable.name, 'current'],
  queryFn: ({ signal }) => request(getReclaimable, { query: { current: true }, signal }),
  staleTime: 0,
  gcTime: 0,
})

/** What would be freed if untagged images older than this many hours were collected too. */
export const untaggedQuery = (ageHours: number) =>
  queryOptions({
    queryKey: [...root, getReclaimable.name, 'untagged', ageHours],
    queryFn: ({ signal }) =>
      request(getReclaimable, { query: { untaggedMinimumAgeHours: ageHours }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: untilCurrent(false),
  })

/** What a run would take although it was deleted a short time ago. Asked each time. */
export const recentlyDeletedQuery = (hours: number) =>
  queryOptions({
    queryKey: [...root, getRecentlyDeleted.name, hours],
    queryFn: ({ signal }) => request(getRecentlyDeleted, { query: { hours }, signal }),
    staleTime: 0,
    gcTime: 0,
  })

export const lastSavingsQuery = queryOptions({
  queryKey: [...root, getLastSavings.name],
  queryFn: ({ signal }) => request(getLastSavings, { signal }),
})

/** A plan never changes. */
export const planQuery = (id: string) =>
  queryOptions({
    queryKey: [...root, getPlan.name, id],
    queryFn: ({ signal }) => request(getPlan, { parameters: { id }, signal }),
    staleTime: Infinity,
  })

/**
 * The runs of a range, and of the same time before it, with what was asked: `askedAtMs` is when the
 * range ends. While another range loads this one stays, and has to say which it is.
 */
export const savingsQuery = (range: SavingsRange, byRepository: boolean) =>
  queryOptions({
    queryKey: [...root, listSavings.name, range.id, range.chosen, byRepository],
    queryFn: async ({ signal }) => {
      const askedAtMs = Date.now()
      const fromMs = askedFromMs(range, askedAtMs)
      const query = {
        from: fromMs === null ? null : new Date(fromMs).toISOString(),
        repositories: byRepository ? true : null,
      }
      const savings = await request(listSavings, { query, signal })
      return { ...savings, askedAtMs, range, isByRepository: byRepository }
    },
    placeholderData: keepPreviousData,
  })
