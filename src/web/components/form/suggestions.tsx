// A browser renders all of them at once.
const maximumSuggestions = 500

/** The suggestions of a text box whose `list` is this id. */
export function Suggestions({ id, values }: { id: string; values: readonly string[] }) {
  return (
    <datalist id={id}>
      {values.slice(0, maximumSuggestions).map((value) => (
        <option key={value} value={value}>
          {value}
        </option>
      ))}
    </datalist>
  )
}
