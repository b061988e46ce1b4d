import { byteFigure } from '#web/components/text/byte-figure.ts'
import { countOf } from '#web/components/text/count-of.ts'
import { Hint } from '#web/components/feedback/hint.tsx'

/** "169,968,213 bytes". */
export const exactBytes = (bytes: number): string => countOf(bytes, 'byte')

/**
 * Bytes in decimal units, with two decimals as in the storage strip, so that columns align; the
 * exact number in the tooltip.
 */
export function ByteSize({ bytes, className }: { bytes: number; className?: string }) {
  const { digits, unit } = byteFigure(bytes)
  return (
    <Hint label={<ExactBytes bytes={bytes} />} className={className}>
      {`${digits} ${unit}`}
    </Hint>
  )
}

/** A component, so that the exact number is computed only when the tooltip opens. */
const ExactBytes = ({ bytes }: { bytes: number }) => exactBytes(bytes)
