import { checkRetentionPolicy } from '#services/retention/policies.ts'
import type { RetentionTestCommand } from './retention-command.ts'
import type { CommandOutput } from '../collect.ts'
import { problemIn, readPolicyFile } from './policy-file.ts'

/**
 * Checks a policy as it is checked when it is saved: that it can be read, and does what it expects
 * of itself. Needs neither images nor a state. Resolves to whether it could be saved.
 */
export async function testPolicy(
  { file, json }: RetentionTestCommand,
  { print, complain }: Pick<CommandOutput, 'print' | 'complain'>,
): Promise<boolean> {
  const checked = checkRetentionPolicy(await readPolicyFile(file))
  const problems = checked.ok ? [] : checked.refusal.problems
  const { rules = [], expectations = [] } = checked.ok ? checked.value : {}
  if (json) {
    const counts = checked.ok ? { rules: rules.length, expectations: expectations.length } : {}
    print(JSON.stringify({ ok: checked.ok, ...counts, problems }))
    return checked.ok
  }
  for (const problem of problems) complain(problemIn(file, problem))
  if (checked.ok) print(`${file}: ${inWords(rules.length, expectations.length)}`)
  return checked.ok
}

function inWords(rules: number, expectations: number): string {
  const ofRules = rules === 1 ? '1 rule' : `${rules} rules`
  if (expectations === 0) return `${ofRules}; it says nothing of what it expects (expect)`
  return expectations === 1
    ? `${ofRules}, and what it expects holds`
    : `${ofRules}, and all ${expectations} expectations hold`
}
