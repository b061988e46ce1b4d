interface FileInfo {
  readonly size: number
  /** In units of 512 bytes, for any block size of the file system (stat(2)). */
  readonly blocks: number
  readonly nlink: number
}

/**
 * The bytes that removing a file frees on its disk: 0 while it has another name (a hard link), for
 * a sparse or compressed file what it takes. Never more than its length: the rest of its last block
 * holds no stored data.
 */
export const freedBytesOf = ({ size, blocks, nlink }: FileInfo): number =>
  nlink > 1 ? 0 : Math.min(size, blocks * 512)
