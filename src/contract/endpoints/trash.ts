import * as z from 'zod/mini'
import { optional, paged } from '../query-parameters.ts'
import { restoreRequest, trashList } from '../images/trash.ts'
import { table, type Calls } from './call.ts'
import { noContent } from './endpoint.ts'

export const listTrash = {
  name: 'listTrash',
  method: 'GET',
  path: '/trash',
  answer: trashList,
} as const

export const removeFromTrash = {
  name: 'removeFromTrash',
  method: 'DELETE',
  path: '/trash/{id}',
  answer: noContent,
} as const

export const restoreFromTrash = {
  name: 'restoreFromTrash',
  method: 'POST',
  path: '/trash/{id}/restore',
  answer: noContent,
} as const

const ofRepository = 'It needs write access to the repository of the entry.'

export const trashCalls = /* @__PURE__ */ table(
  () =>
    ({
      listTrash: {
        endpoint: listTrash,
        by: 'signed in',
        summary: 'List what was deleted and can be restored, the latest deletion first',
        query: paged({
          filter: optional(
            z.string(),
            'A part of the repository’s name, of a tag or of the digest.',
          ),
          repository: optional(z.string(), 'Only of this repository.'),
        }),
        example: { query: { repository: 'team/app', count: 'true' } },
      },
      removeFromTrash: {
        endpoint: removeFromTrash,
        by: 'signed in',
        summary: 'Give an entry up: it cannot be restored, and the next collection may take it',
        notes: `${ofRepository} An entry of a whole repository needs admin access.`,
        refusals: ['NO_SUCH_TRASH_ENTRY', 'NO_SUCH_REPOSITORY', 'COLLECTION_RUNNING'],
        example: { path: { id: '$ENTRY' } },
      },
      restoreFromTrash: {
        endpoint: restoreFromTrash,
        by: 'signed in',
        summary:
          'Restore an image with its tags, a repository with all its images, or tags that were deleted alone',
        notes: ofRepository,
        body: restoreRequest,
        isBodyOptional: true,
        refusals: [
          'NO_SUCH_TRASH_ENTRY',
          'NO_SUCH_REPOSITORY',
          'TAG_EXISTS',
          'TAG_PROTECTED',
          'CONTENT_MISSING',
          'MANIFEST_UNREADABLE',
          'COLLECTION_RUNNING',
        ],
        example: { path: { id: '$ENTRY' }, body: { tags: { old: 'old-again' } } },
      },
    }) as const satisfies Calls,
)
