import { CollectionError } from '#domain/collection/collection-error.ts'

/** A collection that cannot go on without what the others say. */
export const serversAreSilent = (count: number): CollectionError =>
  new CollectionError(
    'SERVERS_SILENT',
    `${count === 1 ? 'another server' : `${count} other servers`} did not answer, so it is not known what they told their clients: nothing more is removed; see whether all servers reach the database, and start the collection again`,
  )
