import {
  deletionImpact,
  deletionImpactRequest,
  repositoryDeletion,
  tagRequest,
  trashedTagHeader,
  trashEntryHeader,
} from '../images/deletion.ts'
import * as z from 'zod/mini'
import { optional } from '../query-parameters.ts'
import { table, type Calls } from './call.ts'
import { noContent } from './endpoint.ts'

export const addTag = {
  name: 'addTag',
  method: 'PUT',
  path: '/repositories/{repository+}/tags/{reference}',
  answer: noContent,
} as const

export const deleteTag = {
  name: 'deleteTag',
  method: 'DELETE',
  path: '/repositories/{repository+}/tags/{reference}',
  answer: noContent,
} as const

export const deleteImage = {
  name: 'deleteImage',
  method: 'DELETE',
  path: '/repositories/{repository+}/manifests/{reference}',
  answer: noContent,
} as const

export const getDeletionImpact = {
  name: 'getDeletionImpact',
  method: 'POST',
  path: '/repositories/{repository+}/deletion-impact',
  answer: deletionImpact,
} as const

export const getRepositoryDeletion = {
  name: 'getRepositoryDeletion',
  method: 'GET',
  path: '/repositories/{repository+}/deletion-impact',
  answer: repositoryDeletion,
} as const

export const removeRepository = {
  name: 'removeRepository',
  method: 'DELETE',
  path: '/repositories/{repository+}',
  answer: noContent,
} as const

const confirmRunning = () => ({
  confirmRunning: optional(
    z.string(),
    'The reference itself, to say that it shall go although it runs.',
  ),
})

const app = { repository: 'team/app' } as const

export const deletionCalls = /* @__PURE__ */ table(
  () =>
    ({
      addTag: {
        endpoint: addTag,
        by: { inRepository: 'push' },
        summary: 'Give a tag to an image of the repository, as Undo does',
        notes: 'It never moves a tag that shows another image.',
        body: tagRequest,
        refusals: ['INVALID_DIGEST', 'NO_SUCH_REF', 'TAG_EXISTS', 'COLLECTION_RUNNING'],
        example: { path: { ...app, reference: 'stable' }, body: { digest: '$DIGEST' } },
      },
      deleteTag: {
        endpoint: deleteTag,
        by: { inRepository: 'delete' },
        summary: 'Delete one tag; the last tag of an image takes the image into the trash',
        query: z.object(confirmRunning()),
        takesIfMatch: 'digest',
        headers: [trashEntryHeader, trashedTagHeader],
        refusals: [
          'INVALID_PARAMETERS',
          'NO_SUCH_TAG',
          'REFERENCE_CHANGED',
          'MANIFEST_IN_USE',
          'MANIFEST_UNREADABLE',
          'TAG_PROTECTED',
          'IMAGE_RUNNING',
          'COLLECTION_RUNNING',
        ],
        example: { path: { ...app, reference: 'latest' } },
      },
      deleteImage: {
        endpoint: deleteImage,
        by: { inRepository: 'delete' },
        summary:
          'Delete an image: its manifest and every tag that shows it, with its platforms and what is attached to it',
        notes:
          'It goes to the trash, from where it can be restored until a collection takes it: that frees the space.',
        query: z.object(confirmRunning()),
        takesIfMatch: 'digest',
        headers: [trashEntryHeader],
        refusals: [
          'INVALID_PARAMETERS',
          'INVALID_DIGEST',
          'NO_SUCH_TAG',
          'NO_SUCH_REF',
          'REFERENCE_CHANGED',
          'MANIFEST_IN_USE',
          'MANIFEST_UNREADABLE',
          'TAG_PROTECTED',
          'IMAGE_RUNNING',
          'COLLECTION_RUNNING',
        ],
        example: { path: { ...app, reference: '1.0' } },
      },
      getDeletionImpact: {
        endpoint: getDeletionImpact,
        by: { inRepository: 'pull' },
        summary: 'Say what a deletion would delete, free and keep, without deleting anything',
        notes:
          'References that have disappeared are left out. Bytes that several of them share count once.',
        body: deletionImpactRequest,
        refusals: ['NO_SUCH_TAG', 'NO_SUCH_REF'],
        example: { path: app, body: { references: ['1.0', 'old'], whole: true } },
      },
      getRepositoryDeletion: {
        endpoint: getRepositoryDeletion,
        by: { inRepository: 'pull' },
        summary: 'Say what the deletion of a whole repository would delete, free and keep',
        refusals: ['NO_SUCH_REPOSITORY'],
        example: { path: { repository: 'team/app' } },
      },
      removeRepository: {
        endpoint: removeRepository,
        by: { inRepository: 'admin' },
        summary: 'Delete a repository: with all its images, or only if it holds nothing any more',
        notes:
          'With `images=trash` everything in it goes to the trash as one entry, and comes back as one; an empty repository ends at once. A push that is under way is not lost: its image is in the repository then.',
        query: z.object({
          images: optional(
            z.enum(['trash']),
            '`trash`: they go to the trash. Without it, a repository that holds anything is refused.',
          ),
          confirmRunning: optional(
            z.string(),
            'The name of the repository, to say that it shall go although something in it runs.',
          ),
        }),
        takesIfMatch: 'contents',
        headers: [trashEntryHeader],
        refusals: [
          'REPOSITORY_NOT_EMPTY',
          'REFERENCE_CHANGED',
          'TAG_PROTECTED',
          'IMAGE_RUNNING',
          'MANIFEST_UNREADABLE',
        ],
        example: { path: { repository: 'team/bare' } },
      },
    }) as const satisfies Calls,
)
