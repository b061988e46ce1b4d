import type { WireRetentionPolicy } from '#contract/rules/retention.ts'
import { ruleVerbs, type RuleVerb } from '#domain/retention/policy.ts'
import { FoldedRows } from '#web/components/table/folded-rows.tsx'
import classes from './rule-sentences.module.css'

/** What a rule of each kind means for the images that it is about. */
const meanings: Readonly<Record<RuleVerb, string>> = {
  protect: 'can’t be deleted, moved or replaced, by anyone',
  keep: 'stay, whatever else is said of them',
  remove: 'go to the trash at the next run, unless a rule above holds them',
}

type Rule = WireRetentionPolicy['rules'][number]

/** The rules of a policy as sentences: those that always win first. */
export function RuleSentences({ rules }: { readonly rules: readonly Rule[] }) {
  const present = ruleVerbs.filter((verb) => rules.some((rule) => rule.verb === verb))
  return (
    <div className={classes.root}>
      {present.map((verb) => (
        <RulesOfVerb key={verb} verb={verb} rules={rules.filter((rule) => rule.verb === verb)} />
      ))}
      <p className={classes.rest}>
        {present.length === 0 ? 'It has no rules: everything stays.' : 'Everything else stays.'}
      </p>
    </div>
  )
}

interface RulesOfVerbProps {
  readonly verb: RuleVerb
  readonly rules: readonly Rule[]
}

const RulesOfVerb = ({ verb, rules }: RulesOfVerbProps) => (
  <section className={classes.group} data-verb={verb}>
    <FoldedRows rows={rules} one="rule" many="rules">
      {(shown) => (
        <ul className={classes.rules}>
          {shown.map(({ line, words }) => (
            <li key={`${line} ${words}`} className={classes.rule}>
              <Sentence words={words} />
            </li>
          ))}
        </ul>
      )}
    </FoldedRows>
    <p className={classes.meaning}>
      {rules.length === 1 ? 'These images' : 'All of these'} {meanings[verb]}.
    </p>
  </section>
)

/** `Remove tags pr-* pushed …`, with the verb set off. */
function Sentence({ words }: { readonly words: string }) {
  const [verb = '', ...rest] = words.split(' ')
  return (
    <>
      <strong className={classes.verb}>{verb}</strong> {rest.join(' ')}
    </>
  )
}
