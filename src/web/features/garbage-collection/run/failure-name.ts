const digest = String.raw`sha\d+:[0-9a-f]+`
const of = String.raw`(?: of (?<repository>\S+))?`

/** How the engine names what it could not delete, and what of it people know. */
const names: readonly (readonly [subject: RegExp, name: (of: string, tag: string) => string])[] = [
  [new RegExp(`^layer link (?<detail>${digest})${of}$`), (where) => `Layer${where}`],
  [new RegExp(`^manifest link (?<detail>${digest})${of}$`), (where) => `Image${where}`],
  [new RegExp(`^(?<detail>${digest})${of}$`), (where) => `Part of an image${where}`],
  [new RegExp(`^trash entry (?<detail>\\S+)${of}$`), (where) => `Image in the trash${where}`],
  [new RegExp(`^upload (?<detail>\\S+)${of}$`), (where) => `Unfinished upload${where}`],
  [new RegExp(`^history of tag (?<tag>\\S+)${of}$`), (where, tag) => `History of ${tag}${where}`],
]

interface FailureName {
  readonly name: string
  /** The digest, or what else tells it from others; null: there is no more to say. */
  readonly detail: string | null
}

/** What could not be deleted, as people know it. */
export function failureName(subject: string): FailureName {
  for (const [pattern, name] of names) {
    const found = pattern.exec(subject)?.groups
    if (!found) continue
    const { repository, tag = '', detail = null } = found
    return { name: name(repository ? ` of ${repository}` : '', tag), detail }
  }
  return { name: subject, detail: null }
}
