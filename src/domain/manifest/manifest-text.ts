import { parseAllMembers } from './json-members.ts'
import { countMembers, measureJson, type JsonLimits } from './json-limits.ts'
import { ambiguityIn, foldedNameIn, manifestNames } from './manifest-names.ts'
import { isFields, type Fields } from '../values/json-fields.ts'
import { ok, err, type Result } from '../values/result.ts'

/**
 * Any manifest of four mebibytes is read within some hundredths of a second. An index of that size
 * that lists nothing but platforms has 130,000 values.
 */
const limits: JsonLimits = { depth: 64, values: 150_000, names: 20_000, usual: manifestNames }
/** Collecting all readings of a manifest takes three times as long as parsing it. */
const valuesReadTwice = 20_000

export const invalidManifest = (message: string) => err({ code: 'MANIFEST_INVALID', message })

export interface ManifestText {
  /** As JavaScript parses it. */
  readonly fields: Fields
  /** What other readers parse differently; null if all agree. */
  readonly ambiguity: string | null
}

/** Parses a manifest's text as JSON, within limits. */
export function parseManifestText(json: string): Result<ManifestText> {
  const { exceeded, values, members } = measureJson(json, limits)
  if (exceeded !== null) return invalidManifest(`the manifest has ${exceeded}`)
  let fields: unknown
  try {
    fields = JSON.parse(json)
  } catch {
    return invalidManifest('the manifest is not JSON')
  }
  if (!isFields(fields)) return invalidManifest('the manifest is not a JSON object')
  const isDropped = countMembers(fields) !== members
  const folded = foldedNameIn(fields)
  if ((isDropped || folded !== null) && values > valuesReadTwice) {
    return invalidManifest(
      'the manifest has names that clients do not read alike, or that are there more than once, in more than 20,000 values; write each name once, as it is',
    )
  }
  const ambiguity = folded ?? (isDropped ? ambiguityIn(parseAllMembers(json)) : null)
  return ok({ fields, ambiguity })
}
