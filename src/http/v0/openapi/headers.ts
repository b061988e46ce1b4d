import { trashedTagHeader, trashEntryHeader } from '#contract/images/deletion.ts'
import { paging } from '#contract/paging.ts'
import type { JsonSchema } from './components.ts'

const header = (description: string): JsonSchema => ({ description, schema: { type: 'string' } })

/** The headers that answers of calls may have beside those of HTTP itself. */
export const answerHeaders: Readonly<Record<string, JsonSchema>> = {
  Location: header('The path of what was created or started.'),
  'Set-Cookie': header('The session; when signing out, its end.'),
  [trashEntryHeader]: header(
    'The entry in the trash that restores the image; absent if only a tag was deleted.',
  ),
  [trashedTagHeader]: header(
    'The entry in the trash that restores the tag; absent if the image was deleted with it.',
  ),
  ETag: header('The version, in quotes: for `If-Match`.'),
  [paging.nextPageStartHeader]: header('Where the next page starts; absent on the last one.'),
  [paging.resourceCountHeader]: header('The number of items over all pages, with `count=true`.'),
  [paging.resourceIndexHeader]: header(
    'How many items of the list are before the first of this answer, with `startAt`.',
  ),
}

const ifMatchOf = (description: string): JsonSchema => ({
  name: 'If-Match',
  in: 'header',
  description,
  required: false,
  schema: { type: 'string' },
})

export const ifMatch = {
  digest: ifMatchOf(
    'The digest that the reference has to show, in quotes: if it shows another, nothing is deleted.',
  ),
  contents: ifMatchOf(
    'With `images=trash`: the `contents` that the client saw last, in quotes: if there is anything else, nothing is deleted.',
  ),
  version: ifMatchOf(
    'The version that the client saw last, in quotes, or `"0"` for none: if there is another, nothing is changed.',
  ),
} as const
