import {
  deletionImpact,
  deletionImpactRequest,
  tagRequest,
  trashedTagHeader,
  trashEntryHeader,
} from '../deletion.ts'
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
        takesIfMatch: 'digest',
        headers: [trashEntryHeader, trashedTagHeader],
        refusals: [
          'INVALID_PARAMETERS',
          'NO_SUCH_TAG',
          'REFERENCE_CHANGED',
          'MANIFEST_IN_USE',
          'MANIFEST_UNREADABLE',
          'TAG_PROTECTED',
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
    }) as const satisfies Calls,
)
