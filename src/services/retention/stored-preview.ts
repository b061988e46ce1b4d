import type { Pause } from '#domain/time/clock.ts'
import type { RuleInWords } from '#domain/retention/rule-in-words.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import { inSlices } from '#domain/values/in-slices.ts'
import type { ComparedVerdicts } from './compare-verdicts.ts'
import type { ShownPreview } from './preview.ts'
import type { PreviewRow, ShownPolicy } from './preview-summary.ts'

/** Small enough that writing or reading one part does not block the event loop. */
const rowsPerPart = 2000

/** Another one is of another version of the program, which shows something else. */
const format = 1

type StoredRow = Omit<PreviewRow, 'rule'> & {
  /** Its number in the head; null: none. */
  readonly rule: number | null
}

/** What the policies in force say of a row is beside it. */
type StoredPair = readonly [row: StoredRow, inForce?: StoredRow]

/** All but the rows; what is a map is a list of pairs. */
interface StoredHead {
  readonly format: typeof format
  readonly rules: readonly RuleInWords[]
  readonly preview: Omit<ShownPreview, 'rows' | 'policies' | 'compared'>
  readonly policies: readonly (readonly [RepositoryName, ShownPolicy])[]
  /** Null: the policies in force were asked for. */
  readonly changes: ComparedVerdicts['changes'] | null
}

/** The content of a preview as texts: a head, and the rows in their order. */
export function* textsOfPreview({
  rows,
  policies,
  compared,
  ...preview
}: ShownPreview): Generator<string> {
  const numbers = new Map<RuleInWords, number>()
  const numberOf = (rule: RuleInWords): number => {
    const number = numbers.get(rule) ?? numbers.size
    numbers.set(rule, number)
    return number
  }
  const stored = ({ rule, ...row }: PreviewRow): StoredRow => ({
    ...row,
    rule: rule && numberOf(rule),
  })
  for (const slice of inSlices(rows, rowsPerPart)) {
    const pairs = slice.map((row): StoredPair => {
      const inForce = compared?.inForce.get(row)
      return inForce === undefined ? [stored(row)] : [stored(row), stored(inForce)]
    })
    yield JSON.stringify(pairs)
  }
  const head: StoredHead = {
    format,
    rules: [...numbers.keys()],
    preview,
    policies: [...policies],
    changes: compared && compared.changes,
  }
  yield JSON.stringify(head)
}

/**
 * The preview that has these texts; null: they are of another version. Nothing else writes them,
 * and a run judges anew what a preview shows.
 */
export async function previewOfTexts(
  texts: readonly string[],
  pause: Pause,
): Promise<ShownPreview | null> {
  const head = JSON.parse(texts.at(-1) ?? '{}') as Partial<StoredHead>
  if (head.format !== format) return null
  const { rules, preview, policies, changes } = head as StoredHead
  const rowOf = ({ rule, ...row }: StoredRow): PreviewRow => ({
    ...row,
    rule: rule === null ? null : (rules[rule] ?? null),
  })
  const rows: PreviewRow[] = []
  const inForce = new Map<PreviewRow, PreviewRow>()
  for (const text of texts.slice(0, -1)) {
    for (const [stored, before] of JSON.parse(text) as readonly StoredPair[]) {
      const row = rowOf(stored)
      rows.push(row)
      if (before !== undefined) inForce.set(row, rowOf(before))
    }
    await pause()
  }
  return {
    ...preview,
    rows,
    policies: new Map(policies),
    compared: changes && { inForce, changes },
  }
}
