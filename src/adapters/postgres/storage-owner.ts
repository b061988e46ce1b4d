/**
 * A state and a storage belong together: what one says of images, sessions and acts under way is
 * true of the other alone. So the database names the storage, and a file in the storage names the
 * database, by values that change with each start: then neither a copy of the one nor of the other
 * passes for it.
 */
export interface StorageOwner {
  readonly clusterID: string
  /** It only grows. */
  readonly epoch: number
  /** Random, of the process that took the state last. */
  readonly run: string
}

/** As the database has it. */
export interface OwnerRow extends StorageOwner {
  /** The run that the storage is known to name; another than `run` while that is being written. */
  readonly mirroredRun: string
}

/** The file in the storage. */
export interface OwnerMirror {
  /** For messages: where the storage is. */
  readonly where: string
  /** Null: the storage has none. */
  read(): Promise<string | null>
  write(text: string): Promise<void>
}

export const formatOwner = ({ clusterID, epoch, run }: StorageOwner): string =>
  `${JSON.stringify({ clusterID, epoch, run })}\n`

/** Null: it cannot be understood. */
export function parseOwner(text: string): StorageOwner | null {
  try {
    const { clusterID, epoch, run } = JSON.parse(text) as Readonly<Record<string, unknown>>
    return typeof clusterID === 'string' && typeof epoch === 'number' && typeof run === 'string'
      ? { clusterID, epoch, run }
      : null
  } catch {
    return null
  }
}

export const howToTakeOver =
  'if they do belong together, as after restoring backups, say so once with "jetsam take-over"'

/**
 * Why a state may not be used with a storage, in words that follow the names of both; null: it may.
 *
 * @param row null: the database belongs to no storage yet
 * @param file what the storage has; null: nothing
 */
export function strangersBecause(row: OwnerRow | null, file: string | null): string | null {
  const mirror = file === null ? null : parseOwner(file)
  if (file !== null && mirror === null) {
    return 'the file in the storage that says where it belongs is damaged'
  }
  if (row === null) {
    return mirror === null ? null : 'that storage belongs to another database'
  }
  if (mirror === null) {
    // A first start that ended before it wrote the file.
    return row.mirroredRun === '' ? null : 'that database belongs to another storage'
  }
  if (mirror.clusterID !== row.clusterID) return 'each of them belongs to another one'
  if (mirror.run === row.mirroredRun || mirror.run === row.run) return null
  return 'one of them was copied or restored, and the other has been used since'
}
