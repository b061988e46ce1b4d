import type { Clock } from '#domain/time/clock.ts'
import { repositoryActions, type RepositoryAction } from '#domain/access/repository-action.ts'
import type { Principal, ProvenBefore } from '#services/accounts/authentication.ts'
import { toHex } from '#services/accounts/hex.ts'
import type { State } from '#state/state.ts'
import { sign, verify } from 'hono/jwt'
import * as z from 'zod/mini'

/** What a bearer token allows: at most what was asked for and allowed when it was created. */
export interface BearerGrant {
  readonly repositories: readonly {
    readonly name: string
    readonly actions: readonly RepositoryAction[]
  }[]
  /** May list repositories. */
  readonly catalog: boolean
}

/** The content of a bearer token. Look its account up again: it may have changed. */
export interface Bearer {
  /** Null: an anonymous caller. */
  readonly proven: ProvenBefore | null
  readonly grant: BearerGrant
}

/**
 * Tokens for callers with valid credentials (Docker's token specification). They are signed, not
 * stored: creating one writes nothing.
 */
export interface BearerTokens {
  /** @param principal null: an anonymous caller */
  createBearer(principal: Principal | null, grant: BearerGrant): Promise<string>
  /** Null if it is not one of ours, or has expired. */
  readBearer(token: string): Promise<Bearer | null>
  /** For a client that keeps it instead of the password. It ends when the password changes. */
  createRefresh(principal: Principal): Promise<string>
  readRefresh(token: string): Promise<ProvenBefore | null>
}

export interface BearerTokenPorts {
  readonly state: State
  readonly clock: Clock
  readonly randomBytes: (length: number) => Uint8Array
}

/** In seconds. The client is told this, and asks for a new token afterwards. */
export const bearerLifetime = 300
/** In seconds: accepts a request that was sent just before the token expired. */
const leeway = 60

const provenClaims = {
  sub: z.string(),
  stamp: z.string(),
  /** The access token that proved the account. */
  via: z.nullable(z.string()),
}
const refreshClaims = z.object({ use: z.literal('refresh'), ...provenClaims })
const bearerClaims = z.object({
  use: z.literal('bearer'),
  proven: z.nullable(z.object(provenClaims)),
  /** In the form of Distribution's token servers. */
  access: z.array(
    z.object({ type: z.string(), name: z.string(), actions: z.array(z.enum(repositoryActions)) }),
  ),
  exp: z.number(),
})

const keyBytes = 32
const algorithm = 'HS256'

export function createBearerTokens({ state, clock, randomBytes }: BearerTokenPorts): BearerTokens {
  let known: Promise<string> | null = null

  /** Of servers that need one at once, one makes it, and all use it. */
  const makeKey = (): Promise<string> =>
    state.transaction(async ({ settings }) => {
      const stored = await settings.bearerKey()
      if (stored !== null) return stored
      const made = toHex(randomBytes(keyBytes))
      await settings.setBearerKey(made)
      return made
    })

  const readKey = async (): Promise<string> => (await state.settings.bearerKey()) ?? makeKey()

  /** Concurrent callers share one creation; after a failure, the next caller tries again. */
  function key(): Promise<string> {
    known ??= readKey().catch((error: unknown) => {
      known = null
      throw error
    })
    return known
  }

  /** The claims of any token that we signed, of any age: our own clock checks the times. */
  async function claimsOf(token: string): Promise<unknown> {
    const secret = await key()
    try {
      return await verify(token, secret, { alg: algorithm, exp: false, iat: false, nbf: false })
    } catch {
      return null
    }
  }

  const nowSeconds = (): number => Math.floor(clock.nowMs() / 1000)

  return {
    async createBearer(principal, { repositories, catalog }) {
      const access = repositories.map(({ name, actions }) => ({
        type: 'repository',
        name,
        actions: [...actions],
      }))
      const claims: z.infer<typeof bearerClaims> = {
        use: 'bearer',
        proven: principal && claimsOfPrincipal(principal),
        access: catalog ? [...access, { type: 'registry', name: 'catalog', actions: [] }] : access,
        exp: nowSeconds() + bearerLifetime,
      }
      return sign(claims, await key(), algorithm)
    },

    async readBearer(token) {
      const parsed = bearerClaims.safeParse(await claimsOf(token))
      if (!parsed.success) return null
      const { proven, access, exp } = parsed.data
      const left = exp - nowSeconds()
      // More than the full lifetime is left if the clock was set back.
      if (left <= -leeway || left > bearerLifetime + leeway) return null
      return {
        proven: proven && provenOf(proven),
        grant: {
          repositories: access.filter(({ type }) => type === 'repository'),
          catalog: access.some(({ type, name }) => type === 'registry' && name === 'catalog'),
        },
      }
    },

    createRefresh: async (principal) =>
      sign({ use: 'refresh', ...claimsOfPrincipal(principal) }, await key(), algorithm),

    async readRefresh(token) {
      const parsed = refreshClaims.safeParse(await claimsOf(token))
      return parsed.success ? provenOf(parsed.data) : null
    },
  }
}

const claimsOfPrincipal = ({ name, stamp, token }: Principal) => ({
  sub: name,
  // A token without a stamp finds no account: calls of the application itself need no token.
  stamp: stamp ?? '',
  via: token?.id ?? null,
})

const provenOf = ({
  sub,
  stamp,
  via,
}: Omit<z.infer<typeof refreshClaims>, 'use'>): ProvenBefore => ({
  name: sub,
  stamp,
  tokenID: via,
})
