import { bytesToHex, randomBytes } from '@noble/hashes/utils.js'

/** `crypto.randomUUID` exists only in secure contexts; a demo on plain HTTP is none. */
export const createId = (): string => bytesToHex(randomBytes(16))
