/** "prod and test": where what a person is about to delete runs. */
export const clustersOf = (
  running: readonly { readonly clusters: readonly string[] }[],
): string => {
  const names = [...new Set(running.flatMap(({ clusters }) => clusters))].toSorted()
  const last = names.pop()
  return names.length === 0 ? (last ?? '') : `${names.join(', ')} and ${last}`
}
