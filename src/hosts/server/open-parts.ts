import type { FileStores } from '#adapters/filesystem/file-stores.ts'
import type { OpenCoordination } from '#adapters/postgres/coordination/open-coordination.ts'
import type { DatabaseHold } from '#adapters/postgres/database-hold.ts'
import type { StateReach } from '#http/metrics/dependency-metrics.ts'
import type { State } from '#state/state.ts'
import type { BucketPlatform } from './open-bucket.ts'
import type { Reserves } from './reserves.ts'

export interface OpenDatabase {
  readonly expectState: DatabaseHold['expectHeld']
  readonly stateReach: () => StateReach
}

/** The images and the state, for this process alone. */
export interface OpenData {
  readonly reserves: Reserves
  readonly stores: FileStores
  /** What else the engine needs for images in a bucket; null: they are in a folder. */
  readonly bucket: BucketPlatform | null
  readonly state: State
  /** For messages. */
  readonly stateName: string
  /** Whether the state was there before. */
  readonly hadState: boolean
  /** Null where the state is a file. */
  readonly database: OpenDatabase | null
  /** What several servers agree on; null: this is the only one. */
  readonly coordination: OpenCoordination | null
  close(): Promise<void>
}

export type Close = () => Promise<void>

/**
 * Closes what was opened, the last first: in the end, or where something that comes later cannot be
 * opened. The lease of a bucket would outlive the process.
 *
 * @param open tells of each part, once it is open, how to close it
 */
export async function openParts(
  open: (opened: (close: Close) => void) => Promise<Omit<OpenData, 'close'>>,
): Promise<OpenData> {
  const closing: Close[] = []
  try {
    const parts = await open((close) => void closing.unshift(close))
    return {
      ...parts,
      async close() {
        for (const close of closing) await close()
      },
    }
  } catch (error) {
    // The first error says why it did not start.
    for (const close of closing) await close().catch(() => {})
    throw error
  }
}
