import { statfs } from 'node:fs/promises'

/** How many more bytes the server may write to the disk that holds a folder. */
export async function freeBytesAt(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}
