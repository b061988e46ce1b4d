/** Who pushed a tag: what the on-disk format of a registry does not remember. */
export interface PushRecord {
  readonly repository: string
  readonly tag: string
  readonly digest: string
  readonly actor: string
  readonly atMs: number
}

export interface Pushes {
  /** Keeps the newest push of each tag. */
  record(push: PushRecord): Promise<void>
  /** The newest push of each of these tags, where one is known. */
  latest(repository: string, tags: readonly string[]): Promise<readonly PushRecord[]>
}
