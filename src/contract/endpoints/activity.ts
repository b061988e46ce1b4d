import * as z from 'zod/mini'
import { activityList, serverAsPerson } from '../activity.ts'
import { instantMs, optional, paged } from '../query-parameters.ts'
import { table, type Calls } from './call.ts'

export const listActivity = {
  name: 'listActivity',
  method: 'GET',
  path: '/activity',
  answer: activityList,
} as const

export const activityCalls = /* @__PURE__ */ table(
  () =>
    ({
      listActivity: {
        endpoint: listActivity,
        by: 'signed in',
        summary: 'List what happened, the newest first',
        notes:
          'Administrators see all of it; others what happened in repositories that they may see, what they did themselves, and what was done to their account.',
        query: paged({
          person: optional(
            z.string(),
            `An account’s name, or \`${serverAsPerson}\` for acts of the schedule and the server.`,
          ),
          kind: optional(z.string(), 'One kind, or several separated by commas.'),
          repository: optional(
            z.string(),
            'A repository; with a slash at the end, a namespace and everything below it.',
          ),
          from: optional(instantMs, 'Not before this instant.'),
          to: optional(instantMs, 'Not after this instant.'),
        }),
        example: { query: { kind: 'image deleted', pageSize: '2' } },
      },
    }) as const satisfies Calls,
)
