import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isIPv6 } from 'node:net'
import type { Configuration } from './configuration.ts'

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : ''

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)

/**
 * Creates a folder, and those above it. Rejects with a sentence that says what to change.
 *
 * @param setting the setting that selects another folder
 */
export async function makeFolder(folder: string, setting: string, mode?: number): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, ...(mode !== undefined && { mode }) })
  } catch (cause) {
    const code = codeOf(cause)
    const otherFolder = `choose another folder with ${setting}`
    if (['EEXIST', 'ENOTDIR'].includes(code)) {
      throw new Error(
        `${folder} cannot be a folder, for a file is in its place or above it: move that away, or ${otherFolder}.`,
        { cause },
      )
    }
    if (code === 'ENOENT' || code === 'ELOOP') {
      throw new Error(
        `${folder} cannot be made, for a symbolic link there leads nowhere: mend the link, or ${otherFolder}.`,
        { cause },
      )
    }
    throw new Error(
      `${folder} cannot be made (${reasonOf(cause)}): check the permissions of the folder above it and how it is mounted, or ${otherFolder}.`,
      { cause },
    )
  }
}

/** Rejects, with a sentence, if something other than folders is in the place of the images. */
export async function expectFolders(storageFolder: string): Promise<void> {
  for (const path of ['docker', 'docker/registry', 'docker/registry/v2', 'jetsam', 'jetsam/v1']) {
    const info = await stat(join(storageFolder, path)).catch(() => null)
    if (info === null || info.isDirectory()) continue
    throw new Error(
      `${join(storageFolder, path)} is no folder, so that no images can be kept there: move it away, or choose another folder with JETSAM_STORAGE.`,
    )
  }
}

/** Why a server cannot listen, as an error whose message says what to change. */
export function listenError(
  cause: unknown,
  { host, port }: Pick<Configuration, 'host' | 'port'>,
): Error {
  const address = `${isIPv6(host) ? `[${host}]` : host}:${port}`
  const sentences: Readonly<Record<string, string>> = {
    EADDRINUSE: `${address} is in use by another program: stop that, or choose another port with JETSAM_PORT (0: any free one).`,
    EACCES: `this account may not listen on port ${port}: choose one from 1024 with JETSAM_PORT, or let the account do so.`,
    EADDRNOTAVAIL: `this machine has no address ${host}: choose one of its own with JETSAM_HOST (127.0.0.1 for this machine alone, 0.0.0.0 for all of its addresses).`,
    ENOTFOUND: `there is no host ${host}: choose an address of this machine with JETSAM_HOST (127.0.0.1 for this machine alone, 0.0.0.0 for all of its addresses).`,
  }
  const otherwise = `the server cannot listen on ${address} (${reasonOf(cause)}): choose another address with JETSAM_HOST and JETSAM_PORT.`
  const code = codeOf(cause) === 'EAI_AGAIN' ? 'ENOTFOUND' : codeOf(cause)
  return new Error(sentences[code] ?? otherwise, { cause })
}
