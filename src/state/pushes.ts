/** The push of a tag, which the on-disk format of a registry does not record. */
export interface PushRecord {
  readonly repository: string
  readonly tag: string
  readonly digest: string
  readonly actor: string
  readonly atMs: number
}

export interface Pushes {
  /** Keeps the push of each tag with the latest `atMs`; of two equal ones, the second. */
  record(push: PushRecord): Promise<void>
  /** The newest known push of each of these tags, in no particular order. */
  latest(repository: string, tags: readonly string[]): Promise<readonly PushRecord[]>
}
