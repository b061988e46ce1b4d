import type { BucketReport } from '#adapters/s3/trial/inspect-bucket.ts'
import { right, warning, wrong, type Check, type Finding } from './check.ts'

/** Slower than that, and each page that people open waits for it several times. */
const slowMs = 200

function describe({ trials, reached }: BucketReport, region: string): readonly Finding[] {
  const troubles = trials.flatMap(({ to, trouble }) =>
    trouble === null ? [] : [wrong(`a server cannot ${to}: ${trouble.message}`, trouble.advice)],
  )
  const done = trials.filter(({ trouble }) => trouble === null).map(({ to }) => to)
  if (reached === null) return troubles
  const { latencyMs, skewMs, holder, isVersioned, leftOver } = reached
  const answers = `it answers in ${Math.round(latencyMs)} ms, in the region ${region}`
  return [
    latencyMs > slowMs
      ? warning(answers, 'run the server in the same region as the bucket')
      : right(answers),
    ...(done.length > 0 ? [right(`a server can ${done.join(', ')}`)] : []),
    ...troubles,
    right(`its clock and that of this machine are ${(skewMs / 1000).toFixed(1)} s apart`),
    ...inUse(holder),
    ...versions(isVersioned),
    ...unfinished(leftOver),
  ]
}

const inUse = (holder: string | null | undefined): readonly Finding[] =>
  holder === undefined ? [] : [right(holder === null ? 'no server uses it' : `in use by ${holder}`)]

const versions = (isVersioned: boolean | null): readonly Finding[] => {
  if (isVersioned === null) {
    return [
      warning(
        'it does not tell whether it keeps old versions',
        'allow s3:GetBucketVersioning, or make sure that versioning is off',
      ),
    ]
  }
  return isVersioned
    ? [
        warning(
          'it keeps old versions: what is removed still takes its space',
          'suspend versioning, or let a rule of its lifecycle end old versions',
        ),
      ]
    : [right('it keeps no old versions')]
}

const unfinished = (leftOver: number | null): readonly Finding[] => {
  if (leftOver === null) return []
  return leftOver === 0
    ? [right('no unfinished objects take space in it')]
    : [
        warning(
          `${leftOver} objects that were never finished take space in it`,
          'run a collection, which removes those of over a week',
        ),
      ]
}

/** Images in a bucket. */
export const bucketCheck: Check = {
  about: 'storage',
  applies: ({ bucket }) => bucket !== null,
  async look({ bucket, isOneOfSeveral }) {
    if (bucket === null) return []
    const { inspectBucket } = await import('#adapters/s3/trial/inspect-bucket.ts')
    return describe(
      await inspectBucket(bucket.settings, { isForSeveral: isOneOfSeveral }),
      bucket.settings.region,
    )
  },
}
