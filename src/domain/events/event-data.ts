import * as z from 'zod/mini'
import { accessLevels } from '../access/access-level.ts'
import { repositoryActions } from '../access/repository-action.ts'
import { policyFields } from '../policy/collection-policy.ts'
import type { ActivityKind } from './activity-kind.ts'

/** Digests, tags, names and scopes stay texts here: what happened is recorded, valid or not. */
const text = z.string()
const texts = z.array(z.string())
const count = z.number()
/** What a `Date` can hold. */
const instantMs = z.number().check(z.gte(-8.64e15), z.lte(8.64e15))

const ofAccount = z.object({ account: text })
const ofManifest = z.object({ digest: text })
const ofTag = z.object({ tag: text, digest: text })

const deleted = z.object({
  /** The tag or digest that the actor named. */
  reference: text,
  /** The image; of a deleted tag, the image that stays. Null: not known, or a broken tag's. */
  digest: z.nullable(text),
  /** The tags that went; null: not known. */
  tags: z.nullable(texts),
  /** A crash interrupted the deletion, and the next start finished it. */
  afterRestart: z.optional(z.boolean()),
  /**
   * A rule of retention asked for it: of the policy of the scope, in words. `startedBy`: the account
   * that started the run. `jobID`: the run, absent in earlier versions'.
   */
  byRule: z.optional(
    z.object({
      scope: text,
      rule: text,
      startedBy: z.optional(text),
      jobID: z.optional(text),
    }),
  ),
  /** The clusters that ran it, as the actor confirmed. */
  ranIn: z.optional(texts),
})

const deletedForever = z.object({
  /** Of the trash; absent in what earlier versions recorded of known images. */
  entryID: z.optional(text),
  /** Null, as `tags`: the trash had no such entry any more. */
  digest: z.nullable(text),
  tags: z.nullable(texts),
})

const ofTags = z.object({
  digest: text,
  /** Null: not known. */
  tags: z.nullable(texts),
})

/** Of a repository that was deleted, restored or collected as one. */
const ofRepository = z.object({
  /** Without their platforms and what is attached to them. Null, both: not known. */
  images: z.nullable(count),
  tags: z.nullable(count),
  /** A crash interrupted the deletion, and the next start finished it. */
  afterRestart: z.optional(z.boolean()),
  /** The clusters that ran something of it, as the actor confirmed. */
  ranIn: z.optional(texts),
})

/** Null: no access. */
const accessLevel = z.nullable(z.enum(accessLevels))
const grantChanges = z.array(z.object({ scope: text, before: accessLevel, after: accessLevel }))

const policyValue = z.nullable(z.union([z.string(), z.number(), z.boolean()]))

const ofJob = z.object({ jobID: text })

export const collectionEnds = ['done', 'canceled', 'errored'] as const

/**
 * The data of each kind of event. A change that is more than a further optional field needs a new
 * `eventVersion`, and a reader of the one before.
 */
export const eventData = {
  'image pushed': ofTag,
  'manifest pushed': ofManifest,
  'blob mounted': ofManifest,
  'image deleted': deleted,
  'tag deleted': deleted,
  'image deleted forever': deletedForever,
  'tag deleted forever': deletedForever,
  'image restored': ofTags,
  'tag restored': ofTag,
  'image collected': ofTags,
  'tag collected': ofTags,
  'repository deleted': ofRepository,
  'repository deleted forever': ofRepository,
  'repository restored': ofRepository,
  'repository collected': ofRepository,
  'repository removed': z.object({}),
  'samples loaded': z.object({ repositories: texts }),
  'schedule changed': z.object({
    /** In the canonical form of four fields; null: never. `before` is absent in earlier versions'. */
    before: z.optional(z.nullable(text)),
    after: z.nullable(text),
  }),
  'policy changed': z.object({
    /** Empty: saved without a change. */
    changes: z.array(
      z.object({ field: z.enum(policyFields), before: policyValue, after: policyValue }),
    ),
  }),
  'retention policy changed': z.object({
    /** `registry`, a namespace or a repository. */
    scope: text,
    version: count,
    /** How many rules it has; null: it was removed. */
    rules: z.nullable(count),
  }),
  'retention settings changed': z.object({
    /** Empty: saved without a change. The schedule is one of them. */
    changes: z.array(z.object({ field: text, before: policyValue, after: policyValue })),
  }),
  'retention approved': z.object({
    policies: z.array(z.object({ scope: text, version: count })),
  }),
  'running reported': z.object({
    cluster: text,
    /** How many it names. */
    images: count,
  }),
  'running report removed': z.object({ cluster: text }),
  'retention finished': z.object({
    jobID: text,
    status: z.enum(collectionEnds),
    error: z.nullable(text),
    /** Tags, and images without a tag, that went to the trash. */
    removed: count,
    /** Those that were to go, and stayed because something had changed. */
    skipped: count,
    /** Those that wait for approval. */
    waiting: count,
  }),
  'collection started': z.object({
    jobID: text,
    dryRun: z.boolean(),
    /** The plan that the run was given, or null. */
    planID: z.nullable(text),
  }),
  'collection stopped': ofJob,
  'collection finished': z.object({
    jobID: text,
    status: z.enum(collectionEnds),
    error: z.nullable(text),
    /** Null: the run had no result. */
    freedBytes: z.nullable(z.number()),
    /** Absent: a killed process left the run, or an earlier version recorded it. */
    run: z.optional(
      z.object({
        trigger: text,
        dryRun: z.boolean(),
        tookMs: z.nullable(z.number()),
        freedBytesByCause: z.record(text, z.number()),
        failures: count,
      }),
    ),
  }),
  'collection skipped': z.object({
    /** When the first of them was due. */
    dueMs: instantMs,
    count,
    why: z.union([
      z.object({
        cause: z.literal('not running'),
        /** Null, both, in what the first version recorded. */
        sinceMs: z.nullable(instantMs),
        untilMs: z.nullable(instantMs),
      }),
      z.object({ cause: z.literal('held up'), sinceMs: instantMs, untilMs: instantMs }),
      z.object({ cause: z.literal('refused'), message: text }),
    ]),
  }),
  'verification started': z.object({
    /** Every byte is read, instead of comparing sizes. */
    full: z.boolean(),
  }),
  'verification finished': z.union([
    z.object({ error: text }),
    z.object({
      error: z.literal(null),
      tags: count,
      wholeTags: count,
      absentPlatforms: count,
      unreadPlaces: count,
    }),
  ]),
  'signed in': ofAccount,
  'sign-in refused': z.object({
    /** Null: there was no account of the given name, which is not recorded. */
    account: z.nullable(text),
    reason: z.enum(['wrong password', 'inactive account', 'unknown name']),
  }),
  'signed out': ofAccount,
  'account created': z.object({
    account: text,
    role: z.enum(['account', 'administrator', 'first administrator']),
  }),
  'account changed': z.object({ account: text, isAdmin: z.boolean() }),
  'account disabled': ofAccount,
  'account enabled': ofAccount,
  'password changed': z.object({
    account: text,
    /** The command line that changed it; null: the API. */
    command: z.nullable(z.enum(['reset-password'])),
  }),
  'access changed': z.object({ account: text, changes: grantChanges }),
  'account removed': ofAccount,
  'anonymous access changed': z.object({ changes: grantChanges }),
  'access token created': z.object({
    account: text,
    token: text,
    actions: z.array(z.enum(repositoryActions)),
    repositories: texts,
  }),
  'access token revoked': z.object({ account: text, token: text }),
} as const satisfies Record<ActivityKind, z.ZodMiniType>

export type EventData = {
  readonly [K in ActivityKind]: ReadonlyData<z.infer<(typeof eventData)[K]>>
}

type ReadonlyData<T> = T extends readonly (infer Item)[]
  ? readonly ReadonlyData<Item>[]
  : T extends object
    ? { readonly [Field in keyof T]: ReadonlyData<T[Field]> }
    : T

/** What an earlier version recorded in words that cannot be read as data. */
export const legacyData = z.object({
  legacy: z.object({ subject: z.nullable(text), text: z.nullable(text) }),
})
export type LegacyData = z.infer<typeof legacyData>
