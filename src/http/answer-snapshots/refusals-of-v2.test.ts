import { StateError } from '#state/state-error.ts'
import { StoreError } from '#storage/errors.ts'
import {
  closedGate,
  signInWrongly,
  writtenRefusals,
  type Refused,
} from '#testing/answer-snapshots/refusals.ts'
import { images, type World } from '#testing/answer-snapshots/world.ts'
import { contentOf } from '#testing/builders/tiny-image.ts'
import { expect, test, vi } from 'vitest'
import type { OciErrorCode } from '../v2/oci-error.ts'

/** Every refusal that clients and scripts get, recorded whole. */

const { index, amd64, single, notPushed } = images
const v2 = '/v2/team/app'
const uploads = `${v2}/blobs/uploads/`
const blob = contentOf('content')
const text = (image: { readonly bytes: Uint8Array }): string =>
  new TextDecoder().decode(image.bytes)
const manifestType = { 'Content-Type': single.mediaType }

/** An upload of seven bytes. */
async function upload({ ask }: World): Promise<string> {
  const begun = await ask('writer', `POST ${uploads}`)
  const location = begun.headers.get('Location') ?? ''
  await ask('writer', `PATCH ${location}`, 'content')
  return location
}

const protecting = ({ must }: World): Promise<unknown> =>
  must('PUT /api/v0/retention/policies/registry', { rules: [{ protect: { tags: '1.*' } }] })

/** By code; the compiler demands every one. */
const refusals: Record<OciErrorCode, readonly Refused[]> = {
  UNAUTHORIZED: [
    { line: 'GET /v2/', as: null },
    { line: 'GET /v2/none', as: null },
    { line: 'GET /v2/_catalog', as: null },
    { line: `GET ${v2}/manifests/1.0`, as: null },
    { line: `PUT ${v2}/manifests/1.0`, as: null, body: text(single), headers: manifestType },
    { line: 'GET /v2/', as: null, headers: { Authorization: 'Bearer none' } },
    { line: 'GET /v2/', as: null, headers: { Authorization: `Basic ${btoa('reader:wrong')}` } },
    { line: 'GET /v2/token', as: null, headers: { Authorization: `Basic ${btoa('reader:no')}` } },
  ],
  DENIED: [
    { line: `POST ${uploads}`, as: 'reader' },
    { line: `DELETE ${v2}/manifests/1.0`, as: 'reader' },
    {
      line: `PUT ${v2}/manifests/1.0`,
      as: 'writer',
      body: text(single),
      headers: manifestType,
      before: protecting,
    },
    { line: `DELETE ${v2}/manifests/1.0`, as: 'writer', before: protecting },
  ],
  NAME_INVALID: [{ line: 'GET /v2/Team/App/tags/list' }],
  NAME_UNKNOWN: [
    { line: 'GET /v2/secret/app/tags/list', as: 'reader' },
    { line: 'GET /v2/team/none/tags/list' },
  ],
  TAG_INVALID: [
    { line: `PUT ${v2}/manifests/-`, as: 'writer', body: text(single), headers: manifestType },
  ],
  MANIFEST_UNKNOWN: [
    { line: `GET ${v2}/manifests/none` },
    { line: `HEAD ${v2}/manifests/none` },
    { line: `DELETE ${v2}/manifests/none` },
    { line: `DELETE ${v2}/manifests/${notPushed.digest}` },
  ],
  MANIFEST_INVALID: [
    { line: `PUT ${v2}/manifests/1.0`, as: 'writer', body: '{' },
    {
      line: `PUT ${v2}/manifests/1.0`,
      as: 'writer',
      body: text(single),
      headers: { 'Content-Type': index.mediaType },
    },
  ],
  MANIFEST_BLOB_UNKNOWN: [
    { line: `PUT ${v2}/manifests/1.0`, as: 'writer', body: text(notPushed), headers: manifestType },
  ],
  BLOB_UNKNOWN: [
    { line: `GET ${v2}/blobs/${blob.digest}` },
    { line: `HEAD ${v2}/blobs/${blob.digest}` },
    { line: `DELETE ${v2}/blobs/${blob.digest}` },
  ],
  BLOB_UPLOAD_UNKNOWN: [
    { line: `GET ${uploads}none`, as: 'writer' },
    { line: `PATCH ${uploads}none`, as: 'writer', body: 'x' },
    { line: `PUT ${uploads}none?digest=${blob.digest}`, as: 'writer' },
    { line: `DELETE ${uploads}none`, as: 'writer' },
  ],
  BLOB_UPLOAD_INVALID: [
    {
      line: 'PATCH {id}',
      as: 'writer',
      body: 'x',
      headers: { 'Content-Range': 'none' },
      before: upload,
    },
  ],
  DIGEST_INVALID: [
    { line: `GET ${v2}/blobs/none` },
    { line: `POST ${uploads}?digest=${blob.digest}`, as: 'writer', body: 'other content' },
    { line: `PUT {id}?digest=${single.digest}`, as: 'writer', before: upload },
    { line: `PUT ${v2}/manifests/${blob.digest}`, as: 'writer', body: text(single) },
  ],
  SIZE_INVALID: [
    {
      line: 'PATCH {id}',
      as: 'writer',
      body: 'x',
      headers: { 'Content-Range': '7-99' },
      before: upload,
    },
    {
      line: `PUT ${v2}/manifests/1.0`,
      as: 'writer',
      body: ' '.repeat(4 * 1024 * 1024 + 1),
    },
  ],
  RANGE_INVALID: [
    { line: `GET ${v2}/blobs/${single.blobs[1]!.digest}`, headers: { Range: 'bytes=9-' } },
    {
      line: 'PATCH {id}',
      as: 'writer',
      body: 'more',
      headers: { 'Content-Range': '9-12' },
      before: upload,
    },
  ],
  PAGINATION_NUMBER_INVALID: [{ line: `GET ${v2}/tags/list?n=none` }],
  UNSUPPORTED: [
    { line: 'GET /v2/none' },
    { line: `PATCH ${v2}/tags/list` },
    { line: `POST ${uploads}`, as: 'writer', before: closedGate },
    { line: `DELETE ${v2}/blobs/${single.blobs[1]!.digest}` },
    { line: `DELETE ${v2}/manifests/${amd64.digest}` },
    { line: 'POST /v2/token', body: {} },
  ],
  TOOMANYREQUESTS: [
    {
      line: 'GET /v2/',
      as: null,
      headers: { Authorization: `Basic ${btoa('reader:wrong')}` },
      before: signInWrongly,
    },
    {
      line: `POST ${uploads}`,
      as: 'writer',
      before: ({ api }) =>
        vi.spyOn(api.services.uploadQuota, 'beginUpload').mockResolvedValue(null),
    },
  ],
  UNAVAILABLE: [
    {
      line: `POST ${uploads}`,
      as: 'writer',
      before: ({ api }) =>
        vi
          .spyOn(api.services.authentication, 'withCredentials')
          .mockRejectedValue(new StateError('UNAVAILABLE', 'a secret')),
    },
  ],
  UNKNOWN: (['FULL', 'FAILED'] as const).map((code) => ({
    line: `POST ${uploads}`,
    as: 'writer',
    before: ({ api }) =>
      vi
        .spyOn(api.services.registry.uploads, 'start')
        .mockRejectedValue(new StoreError(code, 'a/secret')),
  })),
}

test('every refusal of /v2 answers as recorded', async () => {
  await expect(await writtenRefusals(refusals)).toMatchFileSnapshot('refusals-of-v2.txt')
})
