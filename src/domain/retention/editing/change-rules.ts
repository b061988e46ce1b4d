import { isMap, isSeq, parseDocument, YAMLSeq, type Document } from 'yaml'
import { err, ok, type Result } from '../../values/result.ts'

/**
 * Changes the list of rules in the text of a policy that can be read, which keeps what people wrote
 * around it, and their comments.
 */
export function changeRules(
  text: string,
  change: (rules: YAMLSeq, document: Document.Parsed) => void,
): Result<string> {
  const document = parseDocument(text, { schema: 'failsafe', uniqueKeys: false })
  const { contents } = document
  // "rules:" with nothing behind it is a list that begins.
  const written: unknown = isMap(contents) ? contents.get('rules') : null
  const rules = written === undefined || written === '' ? new YAMLSeq() : written
  if (!isMap(contents) || !isSeq(rules)) {
    return err({ code: 'INVALID_POLICY', message: 'the policy has no list of rules' })
  }
  if (rules !== written) document.set('rules', rules)
  contents.flow = false
  rules.flow = false
  change(rules, document)
  if (rules.items.length === 0) rules.flow = true
  return ok(document.toString({ lineWidth: 0, singleQuote: true }))
}

export const withoutRule = (text: string, at: number): Result<string> =>
  changeRules(text, (rules) => void rules.delete(at))
