interface FileInfo {
  readonly size: number
  /** Of 512 bytes, whatever the file system's own are (stat(2)). */
  readonly blocks: number
  readonly nlink: number
}

/**
 * What removing a file gives back to its disk: nothing while it has another name (a hard link), of a
 * sparse or compressed file what it takes. Never more than its length: the rest of its last block is
 * nothing that anybody stored.
 */
export const bytesFreedWithout = ({ size, blocks, nlink }: FileInfo): number =>
  nlink > 1 ? 0 : Math.min(size, blocks * 512)
