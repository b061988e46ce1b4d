import { policyRequest, type WirePolicy } from '#contract/garbage-collection.ts'
import type { CollectionPolicy } from '#domain/policy/collection-policy.ts'
import { getPolicy, setPolicy } from '#services/settings/policy.ts'
import { actorOf } from '../../env.ts'
import type { ApiServices } from '../../services.ts'
import { readBody } from '../read-body.ts'
import type { Resource } from '../mount-resource.ts'

const toPolicyResponse = (current: CollectionPolicy): WirePolicy => ({ ...current })

export const policyResource = (services: ApiServices): Resource => ({
  GET: {
    by: 'signed in',
    answer: async (context) => context.json(toPolicyResponse(await getPolicy(services))),
  },
  PUT: {
    by: 'administrator',
    answer: async (context) => {
      const asked = await readBody(context, policyRequest)
      return context.json(toPolicyResponse(await setPolicy(services, asked, actorOf(context))))
    },
  },
})
