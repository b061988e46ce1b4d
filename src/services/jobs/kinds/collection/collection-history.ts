import type { Jobs } from '#state/jobs.ts'
import { readJob } from '../../job-kind.ts'
import { collectionCodec, type CollectionJob } from './collection-codec.ts'
import { collectionKinds } from './is-collection.ts'

/** The last collections that have ended, newest first; dry runs are not among them. */
export async function lastCollections(
  jobs: Pick<Jobs, 'list'>,
  limit: number,
): Promise<readonly CollectionJob[]> {
  const query = { kinds: [collectionCodec.name], running: false, offset: 0, limit }
  const { jobs: ended } = await jobs.list(query)
  return ended.map((job) => readJob(collectionCodec, job))
}

/** Those that ended from `fromMs` up to, but not including, `toMs`; oldest first. */
export async function collectionsBetween(
  jobs: Pick<Jobs, 'finishedBetween'>,
  fromMs: number,
  toMs: number,
): Promise<readonly CollectionJob[]> {
  const ended = await jobs.finishedBetween(collectionCodec.name, fromMs, toMs)
  return ended.map((job) => readJob(collectionCodec, job))
}

/** A collection or a dry run that is stored; null: there is none with this id. */
export async function findCollection(
  jobs: Pick<Jobs, 'find'>,
  id: string,
): Promise<CollectionJob | null> {
  const job = await jobs.find(id)
  return job && collectionKinds.includes(job.kind) ? readJob(collectionCodec, job) : null
}
