import { formatByteSize } from '#domain/byte-size.ts'
import { Hint } from './hint.tsx'

const exact = new Intl.NumberFormat('en')

/** "169,968,213 bytes". */
export const exactBytes = (bytes: number): string =>
  `${exact.format(bytes)} ${bytes === 1 ? 'byte' : 'bytes'}`

/** Bytes in decimal units; the exact number in the tooltip. */
export function ByteSize({ bytes, className }: { bytes: number; className?: string }) {
  return (
    <Hint label={exactBytes(bytes)} className={className}>
      {formatByteSize(bytes)}
    </Hint>
  )
}
