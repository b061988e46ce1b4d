import { Fragment } from 'react'
import classes from './fact-sentence.module.css'
import type { Fact } from './schedule-fact.ts'

/** Facts as one sentence. */
export const FactSentence = ({ facts }: { readonly facts: readonly Fact[] }) => (
  <p className={classes.sentence}>
    {facts.map(([before, strong, after], nth) => (
      <Fragment key={before + strong}>
        {nth > 0 && ' · '}
        <span className={classes.fact}>
          {before}
          <strong>{strong}</strong>
          {after}
        </span>
      </Fragment>
    ))}
  </p>
)
