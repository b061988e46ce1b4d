/**
 * A value now, or later. A hundred thousand promises cost more than the work that they stand for,
 * so code that has the value at once need not make one.
 */
export type Awaitable<T> = T | Promise<T>

/** Continues with a value as soon as it is known: at once if it is. */
export function whenKnown<T, R>(
  value: Awaitable<T>,
  then: (value: T) => Awaitable<R>,
): Awaitable<R> {
  return value instanceof Promise ? value.then(then) : then(value)
}

/** All of them; at once if each is known. */
export const allKnown = <T>(values: readonly Awaitable<T>[]): Awaitable<readonly T[]> =>
  values.some((value) => value instanceof Promise) ? Promise.all(values) : (values as readonly T[])
