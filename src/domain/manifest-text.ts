import { parseAllMembers } from './all-members.ts'
import { countMembers, measureJson, type JsonLimits } from './json-limits.ts'
import { ambiguityIn, foldedNameIn, manifestNames } from './manifest-names.ts'
import { accepted, refused, type Parsed } from './parsed.ts'

/** Whatever four mebibytes of manifest are made of, they are read within some hundredths of a second. */
const limits: JsonLimits = { depth: 64, values: 200_000, names: 20_000, usual: manifestNames }

export type Fields = Readonly<Record<string, unknown>>

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const invalidManifest = (message: string) => refused({ code: 'MANIFEST_INVALID', message })

export interface ManifestText {
  /** As JavaScript reads it. */
  readonly fields: Fields
  /** What other readers read otherwise; null where they all read the same. */
  readonly ambiguity: string | null
}

/** Reads a manifest's text as JSON, within limits. */
export function parseManifestText(json: string): Parsed<ManifestText> {
  const { exceeded, members } = measureJson(json, limits)
  if (exceeded !== null) return invalidManifest(`the manifest has ${exceeded}`)
  let fields: unknown
  try {
    fields = JSON.parse(json)
  } catch {
    return invalidManifest('the manifest is not JSON')
  }
  if (!isFields(fields)) return invalidManifest('the manifest is not a JSON object')
  const isDropped = countMembers(fields) !== members
  const ambiguity = foldedNameIn(fields) ?? (isDropped ? ambiguityIn(parseAllMembers(json)) : null)
  return accepted({ fields, ambiguity })
}
