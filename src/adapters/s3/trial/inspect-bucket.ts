import { GetBucketVersioningCommand } from '@aws-sdk/client-s3'
import { openBucket, type Bucket, type S3Settings } from '../bucket.ts'
import { countLeftOverParts } from '../left-over-parts.ts'
import { listPage } from '../list-pages.ts'
import { holderOf } from '../server-lease.ts'
import { tryStore, type StoreTrial, type TrialOptions } from './try-store.ts'

export interface BucketReport {
  /** What a server does with its bucket, in the order in which it was tried. */
  readonly trials: readonly StoreTrial[]
  /** Null where it was not reached. */
  readonly reached: {
    /** Of one request, in milliseconds. */
    readonly latencyMs: number
    /** How far the clocks are apart, at most, in milliseconds. */
    readonly skewMs: number
    /** The server that writes to it; null: none does; undefined: it cannot be told. */
    readonly holder: string | null | undefined
    /** Whether what is removed stays as an old version; null: it cannot be told. */
    readonly isVersioned: boolean | null
    /** Objects in parts that were never finished, over a week old; null: it cannot be told. */
    readonly leftOver: number | null
  } | null
}

const orElse = <T, U>(found: Promise<T>, otherwise: U): Promise<T | U> =>
  found.catch(() => otherwise)

async function isVersioned({ client, name }: Bucket): Promise<boolean> {
  const { Status } = await client.send(new GetBucketVersioningCommand({ Bucket: name }))
  return Status === 'Enabled'
}

/** Tries a bucket, and looks at what may surprise. Leaves nothing, and may run beside a server. */
export async function inspectBucket(
  settings: S3Settings,
  { nowMs = Date.now(), ...options }: TrialOptions & { readonly nowMs?: number } = {},
): Promise<BucketReport> {
  const { limits } = options
  const trials: StoreTrial[] = []
  for await (const trial of tryStore(settings, options)) trials.push(trial)
  const [first] = trials
  if (first?.trouble && first.trouble.missing === null) return { trials, reached: null }
  const bucket = openBucket(settings, limits)
  const startedAtMs = performance.now()
  await orElse(listPage(bucket, { prefix: '', maximumKeys: 1 }), null)
  return {
    trials,
    reached: {
      latencyMs: performance.now() - startedAtMs,
      skewMs: bucket.clockLag.skewMs(),
      holder: await orElse(holderOf(bucket), undefined),
      isVersioned: await orElse(isVersioned(bucket), null),
      leftOver: await orElse(countLeftOverParts(bucket, nowMs), null),
    },
  }
}
