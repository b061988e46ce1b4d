import { parseDigest } from '#domain/digest.ts'
import { ApiError, refusalError } from '../errors.ts'
import type { ApiServices } from '../services.ts'
import type { Resource } from './resource.ts'
import { viewerOf } from './viewer.ts'
import { wireExplanation } from './wire-explanation.ts'

export const explainResource = (services: ApiServices): Resource => ({
  GET: {
    by: 'signed in',
    answer: async (context) => {
      const digest = parseDigest(context.req.param('digest'))
      if (!digest.ok) throw refusalError(digest.refusal)
      const explanation = await services.collections.explain(digest.value)
      if (explanation.kind === 'absent') {
        throw new ApiError('NO_SUCH_REF', `nothing here has the digest ${digest.value}`)
      }
      return context.json(wireExplanation(digest.value, explanation, viewerOf(context, services)))
    },
  },
})
