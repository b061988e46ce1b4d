/** Who pushed a tag: what the on-disk format of a registry does not remember. */
export interface PushRecord {
  readonly repository: string
  readonly tag: string
  readonly digest: string
  readonly actor: string
  readonly atMs: number
}

export interface Pushes {
  /** Keeps the push of each tag that has the latest `atMs`; of two equal ones, the second. */
  record(push: PushRecord): Promise<void>
  /** The newest push of each of these tags, where one is known, in no promised order. */
  latest(repository: string, tags: readonly string[]): Promise<readonly PushRecord[]>
}
