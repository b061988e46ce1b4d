import { deletionCalls } from '#contract/endpoints/deletion.ts'
import { parseDigest } from '#domain/values/digest.ts'
import { parseTagName } from '#domain/values/tag-name.ts'
import { addTag } from '#services/images/deletion.ts'
import { actorOf, confirming } from '../../request-context.ts'
import { refusalError } from '../../errors.ts'
import { invalidParameter } from '../invalid-input.ts'
import { readBody } from '../read-body.ts'
import type { RepositoryAnswer } from '../repositories/repository-answer.ts'

/** Gives an image of the repository a tag (again). Never moves a tag that points elsewhere. */
export const answerTagAddition: RepositoryAnswer = async (
  context,
  services,
  { repository, reference },
) => {
  const body = await readBody(context, deletionCalls.addTag.body)
  const tag = parseTagName(reference)
  if (!tag.ok) throw invalidParameter('tag', tag.refusal.message)
  const digest = parseDigest(body.digest)
  if (!digest.ok) throw refusalError(digest.refusal)
  const added = await addTag(services, {
    repository,
    tag: tag.value,
    digest: digest.value,
    actor: actorOf(context),
    beforeChange: confirming(context),
  })
  if (!added.ok) throw refusalError(added.refusal)
  return context.body(null, 204)
}
