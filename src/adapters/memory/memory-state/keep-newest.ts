/** Removes all but the newest by `madeAtMs`. */
export function keepNewest(
  table: Map<string, { readonly id: string; readonly madeAtMs: number }>,
  count: number,
): void {
  const oldestFirst = [...table.values()].toSorted((one, other) => one.madeAtMs - other.madeAtMs)
  for (const { id } of oldestFirst.slice(0, Math.max(0, table.size - count))) table.delete(id)
}
