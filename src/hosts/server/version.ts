import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { projectFolder } from './project-folder.ts'
import type { CacheOptions } from '#registry/inventory/manifest-cache.ts'

/** The version in `package.json`, read only here. */
export const { version } = JSON.parse(
  readFileSync(join(projectFolder, 'package.json'), 'utf8'),
) as { readonly version: string }

/** The fingerprint of the sources, by which launch.mjs names the folder of the compiled program. */
const [fingerprint] =
  /^[0-9a-f]{32}$/.exec(basename(fileURLToPath(new URL('.', import.meta.url)))) ?? []

/** To write the file again takes three requests, and up to 32 MB. */
const newInBucket = 20

/**
 * Cached references of manifests count only if exactly these sources wrote them, so that a bug in
 * reading manifests does not outlive its fix. Uncompiled sources cache nothing.
 *
 * @param persist whether to store what is read for the next inventory
 * @param isBucket whether each read is a request
 */
export const manifestCache = (
  persist: boolean,
  isBucket = false,
): { readonly manifestCache?: CacheOptions } =>
  fingerprint === undefined
    ? {}
    : {
        manifestCache: {
          writerVersion: fingerprint,
          persist,
          ...(isBucket && { rewriteAtNew: newInBucket }),
        },
      }
