import * as z from 'zod/mini'
import { collectionPolicyBounds } from '#domain/policy/collection-policy.ts'
import { exampleSchedule } from '#domain/schedule/presets.ts'
import {
  explanation,
  lastSavings,
  plan,
  reclaimable,
  recentlyDeleted,
  savings,
  schedule,
  scheduleRequest,
  wholeness,
} from '../jobs/garbage-collection.ts'
import { storage } from '../jobs/storage.ts'
import { clampedSize, flag, instantMs, optional, wholeNumber } from '../query-parameters.ts'
import { table, type Calls } from './call.ts'
import { noContent } from './endpoint.ts'

export const getSchedule = {
  name: 'getSchedule',
  method: 'GET',
  path: '/admin/settings/registry/garbageCollection/schedule',
  answer: schedule,
} as const

export const setSchedule = {
  name: 'setSchedule',
  method: 'POST',
  path: '/admin/settings/registry/garbageCollection/schedule',
  answer: schedule,
} as const

export const removeSchedule = {
  name: 'removeSchedule',
  method: 'DELETE',
  path: '/admin/settings/registry/garbageCollection/schedule',
  answer: noContent,
} as const

export const previewSchedule = {
  name: 'previewSchedule',
  method: 'GET',
  path: '/admin/settings/registry/garbageCollection/schedule/preview',
  answer: schedule,
} as const

export const getLastSavings = {
  name: 'getLastSavings',
  method: 'GET',
  path: '/admin/settings/registry/garbageCollection/lastSavings',
  answer: lastSavings,
} as const

export const getReclaimable = {
  name: 'getReclaimable',
  method: 'GET',
  path: '/garbage-collection/reclaimable',
  answer: reclaimable,
} as const

export const getStorage = {
  name: 'getStorage',
  method: 'GET',
  path: '/storage',
  answer: storage,
} as const

export const getWholeness = {
  name: 'getWholeness',
  method: 'GET',
  path: '/garbage-collection/wholeness',
  answer: wholeness,
} as const

export const getRecentlyDeleted = {
  name: 'getRecentlyDeleted',
  method: 'GET',
  path: '/garbage-collection/recently-deleted',
  answer: recentlyDeleted,
} as const

export const getPlan = {
  name: 'getPlan',
  method: 'GET',
  path: '/garbage-collection/plan/{id}',
  answer: plan,
} as const

export const listSavings = {
  name: 'listSavings',
  method: 'GET',
  path: '/garbage-collection/savings',
  answer: savings,
} as const

export const explainDigest = {
  name: 'explainDigest',
  method: 'GET',
  path: '/garbage-collection/explain/{digest}',
  answer: explanation,
} as const

/** The most next runs that a preview computes. */
const maximumPreview = 100

export const collectionCalls = /* @__PURE__ */ table(
  () =>
    ({
      getSchedule: {
        endpoint: getSchedule,
        by: 'signed in',
        summary: 'Get the schedule of collections, when it runs next, and which runs it missed',
        example: {},
      },
      setSchedule: {
        endpoint: setSchedule,
        by: 'administrator',
        summary: 'Set the schedule of collections',
        notes:
          'At most four fields, hour, day of month, month and day of week, at minute 0 in UTC; missing ones are `*`. Or exactly one shortcut: `@yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly`.',
        body: scheduleRequest,
        refusals: ['INVALID_SCHEDULE'],
        example: { body: { schedule: exampleSchedule } },
      },
      removeSchedule: {
        endpoint: removeSchedule,
        by: 'administrator',
        summary: 'Remove the schedule: collections run only when they are started',
        example: {},
      },
      previewSchedule: {
        endpoint: previewSchedule,
        by: 'signed in',
        summary: 'Say how a schedule reads and when it would run, without saving it',
        query: z.object({
          schedule: optional(z.string(), 'As the body of its setting has it.'),
          from: optional(instantMs, 'From when on; now unless given.'),
          count: optional(
            clampedSize(maximumPreview),
            `How many runs: 5 unless given, at most ${maximumPreview}.`,
          ),
        }),
        refusals: ['INVALID_SCHEDULE'],
        example: { query: { schedule: exampleSchedule, count: '2' } },
      },
      getLastSavings: {
        endpoint: getLastSavings,
        by: 'signed in',
        summary: 'Say what the last collection freed; `null` before the first',
        example: {},
      },
      getReclaimable: {
        endpoint: getReclaimable,
        by: 'signed in',
        summary: 'Say what a collection would free now, and what is stored',
        query: z.object({
          untaggedMinimumAgeHours: optional(
            wholeNumber(
              collectionPolicyBounds.untaggedMinimumAgeHours.minimum,
              collectionPolicyBounds.untaggedMinimumAgeHours.maximum,
            ),
            'As if untagged images older than this were collected, instead of by the policy: for administrators.',
          ),
          current: optional(
            flag,
            'Whether to wait for an answer that is current; unless `true`, one of some time ago comes at once.',
          ),
        }),
        refusals: ['NOT_AUTHORIZED'],
        example: {},
      },
      getStorage: {
        endpoint: getStorage,
        by: 'signed in',
        summary: 'Say what the stored bytes are there for',
        notes:
          'The parts add up to all that is stored. Where much is stored, the answer does not wait for a new look: then `isCurrent` is false, and it is the last one.',
        example: {},
      },
      getWholeness: {
        endpoint: getWholeness,
        by: 'signed in',
        summary: 'Say whether every tag is whole, as far as verifications have found',
        example: {},
      },
      getRecentlyDeleted: {
        endpoint: getRecentlyDeleted,
        by: 'administrator',
        summary: 'List the images deleted a short time ago that a collection would take now',
        notes: 'A run with `spareDeletedHours` leaves them in the trash.',
        query: z.object({
          hours: optional(wholeNumber(1, 8760), 'How short a time ago: 24 hours unless given.'),
        }),
        example: {},
      },
      getPlan: {
        endpoint: getPlan,
        by: 'administrator',
        summary: 'Get the plan that a dry run made: what would go, and why',
        refusals: ['NO_SUCH_PLAN'],
        example: { path: { id: '$PLAN' } },
      },
      listSavings: {
        endpoint: listSavings,
        by: 'signed in',
        summary: 'List what each collection freed, the oldest first',
        query: z.object({
          from: optional(instantMs, 'Only collections that ended at this instant or later.'),
          to: optional(instantMs, 'Only collections that ended at this instant or earlier.'),
          repositories: optional(flag, '`true`: each also by repository.'),
        }),
        example: { query: { from: '2026-11-01' } },
      },
      explainDigest: {
        endpoint: explainDigest,
        by: 'signed in',
        summary: 'Say why a digest is here: what keeps it, or why it is garbage',
        refusals: ['INVALID_DIGEST', 'NO_SUCH_REF'],
        example: { path: { digest: '$DIGEST' } },
      },
    }) as const satisfies Calls,
)
