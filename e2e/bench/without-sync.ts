import { open } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/**
 * Loaded before a server: it no longer waits for the disk, which shows the cost of waiting. What
 * such a server acknowledges may be lost after a power loss.
 */
const handle = await open(fileURLToPath(import.meta.url))
const doNothing = async (): Promise<void> => {}
Object.assign(Object.getPrototypeOf(handle), { sync: doNothing, datasync: doNothing })
await handle.close()
