import { bytesToHex, randomBytes } from '@noble/hashes/utils.js'

/** `crypto.randomUUID` exists only in secure contexts, which a demo on plain HTTP is not. */
export const createId = (): string => bytesToHex(randomBytes(16))
