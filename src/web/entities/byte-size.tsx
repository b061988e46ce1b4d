import { byteFigure } from '#web/components/text/byte-figure.ts'
import { countOf } from '#web/components/text/count-of.ts'
import { Hint } from '#web/components/feedback/hint.tsx'
import classes from './byte-size.module.css'

/** "169,968,213 bytes". */
export const exactBytes = (bytes: number): string => countOf(bytes, 'byte')

/**
 * Bytes in decimal units, with two decimals as in the storage strip, so that columns align; the
 * exact number in the tooltip.
 */
export const ByteSize = ({ bytes, className }: { bytes: number; className?: string }) => (
  <Hint label={<ExactBytes bytes={bytes} />} className={className}>
    <ByteWords bytes={bytes} />
  </Hint>
)

/** The same without a tooltip of its own. */
export function ByteWords({ bytes }: { bytes: number }) {
  const { digits, unit } = byteFigure(bytes)
  return (
    <>
      {digits} <span className={classes.unit}>{unit}</span>
    </>
  )
}

/** A component, so that the exact number is computed only when the tooltip opens. */
const ExactBytes = ({ bytes }: { bytes: number }) => exactBytes(bytes)
