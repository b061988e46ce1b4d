import type { YAMLMap } from 'yaml'
import type { Result } from '../../values/result.ts'
import { changeRules } from '../editing/change-rules.ts'
import type { PruningSelector } from './pruning-rule.ts'

interface RuleToWrite {
  readonly selector: PruningSelector
  /** Found again by it, though people change the text around it. */
  readonly id: string
}

const markOf = (id: string): string => ` pruning policy ${id}`

/** The id that a rule has in a comment at the end of its line; null: it has none. */
export const idOnLine = (text: string, line: number): string | null =>
  /# pruning policy ([\w-]{1,64})\s*$/.exec(text.split('\n')[line - 1] ?? '')?.[1] ?? null

/**
 * Writes a rule into the text of a policy that can be read, which keeps what people wrote, and their
 * comments.
 *
 * @param text null: there is no policy
 * @param at which of the rules it replaces; null: it is added
 */
export const withRule = (
  text: string | null,
  at: number | null,
  { selector, id }: RuleToWrite,
): Result<string> =>
  changeRules(text ?? 'rules: []', (rules, document) => {
    const { tags, olderThan } = selector
    const node = document.createNode({
      remove: { tags: [...tags], ...(olderThan !== null && { olderThan }) },
    }) as YAMLMap
    const inner = node.get('remove') as YAMLMap
    inner.flow = true
    inner.comment = markOf(id)
    if (at === null) rules.add(node)
    else rules.set(at, node)
  })
