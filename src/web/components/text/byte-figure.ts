import { formatByteSize } from '#domain/values/byte-size.ts'

/**
 * A number of bytes for columns of figures: always two decimals, and the unit apart. Whole bytes
 * have no decimals.
 */
export function byteFigure(bytes: number): { readonly digits: string; readonly unit: string } {
  const [digits = '', unit = ''] = formatByteSize(bytes).split(' ')
  return { digits: unit === 'B' ? digits : Number(digits).toFixed(2), unit }
}
