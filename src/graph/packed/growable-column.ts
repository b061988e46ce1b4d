type Values = Uint8Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer>

/** A typed array of numbers that grows as it is written. A position that was never written is 0. */
export interface Column {
  readonly length: number
  get(position: number): number
  set(position: number, value: number): void
  push(value: number): void
  /** The same numbers, in a column that changes by itself. */
  copy(): Column
}

const initialCapacity = 1024
/** Doubling would leave nearly half of many a column empty. */
const growth = 1.5

function createColumn<V extends Values>(
  make: (length: number) => V,
  values: V = make(initialCapacity),
  length = 0,
): Column {
  function set(position: number, value: number): void {
    if (position >= values.length) {
      const larger = make(Math.max(position + 1, Math.ceil(values.length * growth)))
      larger.set(values)
      values = larger
    }
    values[position] = value
    if (position >= length) length = position + 1
  }

  return {
    get length() {
      return length
    },
    get: (position) => values[position] ?? 0,
    set,
    push: (value) => set(length, value),
    copy() {
      const copied = make(values.length)
      copied.set(values)
      return createColumn(make, copied, length)
    },
  }
}

/** Flags and small codes, 0 to 255. */
export const createByteColumn = () => createColumn((length) => new Uint8Array(length))
/** Numbers of nodes, repositories and positions. */
export const createNumberColumn = () => createColumn((length) => new Int32Array(length))
/** Sizes in bytes, exact up to 2^53. */
export const createSizeColumn = () => createColumn((length) => new Float64Array(length))
