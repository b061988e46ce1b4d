import { useSearchParams } from 'react-router'

/** One parameter of the address and its setter; null removes it. It adds no history entries. */
export function useSearchParameter(
  name: string,
): [value: string | null, set: (value: string | null) => void] {
  const [search, setSearch] = useSearchParams()
  const set = (value: string | null) =>
    setSearch(
      (before) => {
        const after = new URLSearchParams(before)
        if (value === null || value === '') after.delete(name)
        else after.set(name, value)
        return after
      },
      { replace: true, preventScrollReset: true },
    )
  return [search.get(name), set]
}
