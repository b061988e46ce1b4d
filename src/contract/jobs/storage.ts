import * as z from 'zod/mini'
import { bytes, instant } from '../scalars.ts'

/** What stored bytes are there for; each byte is in exactly one of the parts. */
export const storageParts = z.object({
  /** One tagged image needs it, and no other image. */
  oneImage: bytes,
  /** A tagged image needs it, and at least one other image. */
  shared: bytes,
  /** Only untagged images need it. */
  untagged: bytes,
  /** Only images in the trash need it, and no collection may remove those yet. */
  trash: bytes,
  /** Uploads that go on, and what stays because something cannot be read. */
  inDoubt: bytes,
  /** A collection would free it now. */
  reclaimable: bytes,
})
export type WireStorageParts = z.infer<typeof storageParts>

/** What the whole registry stores. */
export const storage = z.object({
  /** When this was looked at; null while nothing is known. */
  asOf: z.nullable(instant),
  /** Whether it includes all changes. If not, it is being computed: ask again. */
  isCurrent: z.boolean(),
  /** Null while it is not known, and where a collection would refuse to run. */
  parts: z.nullable(storageParts),
  /** The sum of the parts: all bytes of blobs and uploads. */
  stored: z.nullable(bytes),
  /** The bytes of all tagged images as if each were stored by itself. */
  imageBytes: z.nullable(bytes),
  /** How many more bytes fit; null where that is not known. */
  free: z.nullable(bytes),
})
export type WireStorage = z.infer<typeof storage>
