import { policyCalls } from '#contract/endpoints/policy.ts'
import type { WirePolicy } from '#contract/jobs/policy.ts'
import type { CollectionPolicy } from '#domain/policy/collection-policy.ts'
import { getPolicy, setPolicy } from '#services/settings/policy.ts'
import { actorOf } from '../../request-context.ts'
import type { ApiServices } from '../../services.ts'
import { readBody } from '../read-body.ts'
import type { Handlers } from '../mount-calls.ts'

const toPolicyResponse = (current: CollectionPolicy): WirePolicy => ({ ...current })

export const policyHandlers = (services: ApiServices) =>
  ({
    getPolicy: async (context) => context.json(toPolicyResponse(await getPolicy(services))),
    setPolicy: async (context) => {
      const asked = await readBody(context, policyCalls.setPolicy.body)
      return context.json(toPolicyResponse(await setPolicy(services, asked, actorOf(context))))
    },
  }) satisfies Partial<Handlers<typeof policyCalls>>
