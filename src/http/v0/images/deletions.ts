import { trashedTagHeader, trashEntryHeader } from '#contract/images/deletion.ts'
import { deletionCalls } from '#contract/endpoints/deletion.ts'
import type { Result } from '#domain/values/result.ts'
import type { SoftDeleted, SoftDeleteRefusal } from '#registry/trash/trash.ts'
import { deleteImage, deleteTag } from '#services/images/deletion.ts'
import type { Context } from 'hono'
import { actorOf, confirming, type Env } from '../../request-context.ts'
import { refusalError } from '../../errors.ts'
import { readQuery } from '../read-query.ts'
import { readExpectedDigest, readReference, readTagName } from '../read-reference.ts'
import type { RepositoryAnswer } from '../repositories/repository-answer.ts'

/** Deletes the image with every tag that shows it. */
export const answerImageDeletion: RepositoryAnswer = async (
  context,
  services,
  { repository, reference },
) => {
  const expectedDigest = readExpectedDigest(context)
  const deleted = await deleteImage(services, {
    repository,
    reference: readReference(reference),
    ...(expectedDigest === undefined ? {} : { expectedDigest }),
    ...confirmedRunning(context, reference),
    actor: actorOf(context),
    beforeChange: confirming(context),
  })
  return deletedAnswer(context, deleted)
}

/** Deletes one tag, and with an image's last tag the image too. */
export const answerTagDeletion: RepositoryAnswer = async (
  context,
  services,
  { repository, reference },
) => {
  const expectedDigest = readExpectedDigest(context)
  const deleted = await deleteTag(services, {
    repository,
    reference: readTagName(reference),
    ...(expectedDigest === undefined ? {} : { expectedDigest }),
    ...confirmedRunning(context, reference),
    actor: actorOf(context),
    beforeChange: confirming(context),
  })
  return deletedAnswer(context, deleted)
}

/** Whether the person named what runs; any other name confirms nothing. */
function confirmedRunning(context: Context<Env>, reference: string) {
  const { confirmRunning } = readQuery(context, deletionCalls.deleteTag.query)
  return confirmRunning === reference ? { confirmedRunning: true } : {}
}

function deletedAnswer(
  context: Context<Env>,
  deleted: Result<SoftDeleted, SoftDeleteRefusal>,
): Response {
  if (!deleted.ok) throw refusalError(deleted.refusal)
  const { kind, entry } = deleted.value
  const header = kind === 'trashed' ? trashEntryHeader : trashedTagHeader
  if (entry !== null) context.header(header, entry.id)
  return context.body(null, 204)
}
