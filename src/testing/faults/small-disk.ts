import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isFull } from '#adapters/filesystem/file-errors.ts'

/**
 * Whether this process may mount (CAP_SYS_ADMIN, bit 21), as root may: only a small disk is a
 * realistic full one. Throws if every test must run.
 */
export function mayMount(): boolean {
  const status = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : ''
  const capabilities = BigInt(`0x${/^CapEff:\s*(\w+)/m.exec(status)?.[1] ?? '0'}`)
  const may = (capabilities & (1n << 21n)) !== 0n
  if (!may && process.env['CI']) throw new Error('tests on a small disk need root, to mount it')
  return may
}

export interface SmallDisk {
  readonly path: string
  /** Writes until nothing more fits, or all but the given bytes. */
  fill(leftBytes?: number): Promise<void>
  /** Removes what `fill` wrote. */
  empty(): Promise<void>
}

/** Makes a disk of some megabytes for a test, and removes it at the end. Needs root. */
export async function onSmallDisk(
  megabytes: number,
  act: (disk: SmallDisk) => Promise<void>,
): Promise<void> {
  const path = await mkdtemp(join(tmpdir(), 'jetsam-disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path])
  const filler = join(path, 'filler')
  try {
    await act({
      path,
      async fill(leftBytes = 0) {
        const handle = await open(filler, 'a')
        try {
          for (let size = 64 * 1024; size > 0; size >>= 1) {
            try {
              for (;;) await handle.write(new Uint8Array(size))
            } catch (error) {
              if (!isFull(error)) throw error
            }
          }
          await handle.truncate((await handle.stat()).size - leftBytes)
        } finally {
          await handle.close()
        }
      },
      empty: () => rm(filler, { force: true }),
    })
  } finally {
    // Lazily: SQLite may have a file open until it is garbage-collected.
    execFileSync('umount', ['--lazy', path])
    await rm(path, { recursive: true, force: true })
  }
}
