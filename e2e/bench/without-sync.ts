import { open } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/**
 * Run before a server: nothing waits for the disk any more, so that what the waiting costs can be
 * told. What such a server acknowledges may be gone after a loss of power.
 */
const handle = await open(fileURLToPath(import.meta.url))
const doNothing = async (): Promise<void> => {}
Object.assign(Object.getPrototypeOf(handle), { sync: doNothing, datasync: doNothing })
await handle.close()
