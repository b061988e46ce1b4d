/**
 * Everything that can be reached from the roots, each once, and each before its children; of
 * unrelated roots, the last comes first. Without recursion, because nesting has no bound. For
 * graphs without cycles; a cycle is cut somewhere.
 */
export function reversePostorder<T>(
  roots: Iterable<T>,
  innerOf: (node: T) => readonly T[],
): readonly T[] {
  const finished: T[] = []
  const entered = new Set<T>()
  const path: { readonly node: T; readonly inner: readonly T[]; position: number }[] = []

  function enter(node: T): void {
    if (entered.has(node)) return
    entered.add(node)
    path.push({ node, inner: innerOf(node), position: 0 })
  }

  for (const root of roots) {
    enter(root)
    for (let last = path.at(-1); last !== undefined; last = path.at(-1)) {
      const { node, inner, position } = last
      if (position < inner.length) {
        last.position += 1
        enter(inner[position] as T)
      } else {
        path.pop()
        finished.push(node)
      }
    }
  }
  return finished.toReversed()
}
