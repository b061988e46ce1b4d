import type { WireTagVerdicts } from '#contract/rules/verdicts.ts'
import { Button } from '@mantine/core'
import { SelectField } from '#web/components/form/select-field.tsx'
import { useNow } from '#web/components/text/use-now.ts'
import { formatLocalTime } from '#web/components/text/format-time.ts'
import { countOf } from '#web/components/text/count-of.ts'
import { CopyButton } from '#web/components/form/copy-button.tsx'
import type { UpdateUrl } from '#web/components/layout/use-url-state.ts'
import { SavedViews } from './saved-views.tsx'
import classes from './tag-filters.module.css'
import { noFilters, type TagsView } from './tags-view.ts'

export interface TagFiltersProps {
  /** Whose saved views are offered. */
  readonly repository: string
  readonly view: TagsView
  /** Since when pulls are known; undefined: that is not known yet. */
  readonly pullsSince: string | null | undefined
  readonly onView: UpdateUrl
  /** Of the verdicts; null: no policy is about this repository, undefined: not known or not used. */
  readonly retention?: WireTagVerdicts | null | undefined
  /**
   * How many tags are before the first that is listed; null where a person cannot jump in the
   * list.
   */
  readonly firstIndex: number | null
}

type Choice = readonly [value: string, label: string]

const ages: readonly Choice[] = [
  ['7', 'over a week ago'],
  ['30', 'over 30 days ago'],
  ['90', 'over 90 days ago'],
  ['180', 'over 180 days ago'],
  ['365', 'over a year ago'],
]

const pulls: readonly Choice[] = [
  ['never', 'no pull seen'],
  ['30', 'not for 30 days'],
  ['90', 'not for 90 days'],
  ['365', 'not for a year'],
]

const cleaning: readonly Choice[] = [
  ['removed', 'would go'],
  ['kept', 'kept by a rule'],
  ['protected', 'protected'],
  ['unmatched', 'no rule is about it'],
]

const sizes: readonly Choice[] = [
  ['1', 'anything'],
  ['1000000', 'over 1 MB'],
  ['10000000', 'over 10 MB'],
  ['100000000', 'over 100 MB'],
  ['1000000000', 'over 1 GB'],
]

const platforms: readonly Choice[] = [
  'linux/amd64',
  'linux/arm64',
  'linux/arm/v7',
  'linux/386',
  'linux/ppc64le',
  'linux/riscv64',
  'linux/s390x',
  'windows/amd64',
].map((platform) => [platform, platform])

const letters: readonly Choice[] = ['0', ...'abcdefghijklmnopqrstuvwxyz'.split('')].map(
  (letter) => [letter, letter === '0' ? '0–9' : letter.toUpperCase()],
)

const dayMs = 86_400_000
const dayAgo = (days: number): string =>
  new Date(Date.now() - days * dayMs).toISOString().slice(0, 10)

/** The address says the day, so that it leads to the same place later. */
const daysToJumpTo = (): readonly Choice[] =>
  [7, 30, 90, 180, 365, 730].map((days) => [dayAgo(days), `${days} days ago (${dayAgo(days)})`])

/** The choices, with that of the address if it is none of them. */
const withOwn = (choices: readonly Choice[], own: string, label = own): readonly Choice[] =>
  own === '' || choices.some(([value]) => value === own) ? choices : [...choices, [own, label]]

/** Filters besides text, and places to jump to. All of it is in the address. */
export function TagFilters({
  repository,
  view,
  onView,
  firstIndex,
  pullsSince,
  retention,
}: TagFiltersProps) {
  const { sort, startAt, pulled } = view
  const [older, frees] = [String(view.olderDays ?? ''), String(view.freesMoreThan ?? '')]
  const canJump = sort.field === 'name' || sort.field === 'updatedAt'
  const places = sort.field === 'name' ? letters : daysToJumpTo()
  return (
    <section aria-label="Filters" className={classes.root}>
      <Choices
        label="Pushed"
        any="at any time"
        value={older}
        choices={withOwn(ages, older, `over ${older} days ago`)}
        onChange={(value) => onView({ older: value, at: null })}
      />
      <PulledFilter pulled={pulled} onChange={(value) => onView({ pulled: value, at: null })} />
      <Choices
        label="Frees"
        any="anything or nothing"
        value={frees}
        choices={withOwn(sizes, frees, `over ${frees} bytes`)}
        onChange={(value) => onView({ frees: value, at: null })}
      />
      <Choices
        label="Platform"
        any="any"
        value={view.platform ?? ''}
        choices={withOwn(platforms, view.platform ?? '')}
        onChange={(value) => onView({ platform: value, at: null })}
      />
      {firstIndex !== null && (
        <Choices
          label="Jump to"
          any={canJump ? 'the first' : 'sort by tag or time to jump'}
          isDisabled={!canJump}
          value={startAt ?? ''}
          choices={canJump ? withOwn(places, startAt ?? '') : []}
          onChange={(value) => onView({ at: value })}
        />
      )}
      {firstIndex !== null && (retention || view.verdict) && (
        <Choices
          label="Cleaning"
          any="whatever it does"
          value={view.verdict ?? ''}
          choices={cleaning}
          onChange={(value) => onView({ verdict: value, at: null })}
        />
      )}
      {retention?.problem && (
        <p className={classes.known}>Cleaning keeps everything here: {retention.problem}.</p>
      )}
      <PullsKnown pulled={pulled} pullsSince={pullsSince} />
      <span className={classes.actions}>
        {firstIndex !== null && firstIndex > 0 && <span>{countOf(firstIndex, 'tag')} before</span>}
        <SavedViews repository={repository} hasVerdicts={firstIndex !== null} onView={onView} />
        <CopyButton value={window.location.href} what="link to this view" />
        <Button variant="default" size="xs" onClick={() => onView(noFilters)}>
          Clear filters
        </Button>
      </span>
    </section>
  )
}

interface PulledFilterProps extends Pick<TagsView, 'pulled'> {
  /** It stands in a toolbar, as high as what is beside it. */
  readonly isInLine?: boolean
  readonly onChange: (value: string) => void
}

/** Chooses images by their last pull. */
export function PulledFilter({ pulled, isInLine = false, onChange }: PulledFilterProps) {
  const value = String(pulled ?? '')
  return (
    <Choices
      label="Pulled"
      any="at any time or never"
      value={value}
      choices={withOwn(pulls, value, `not for ${value} days`)}
      isInLine={isInLine}
      onChange={onChange}
    />
  )
}

/** Says why a filter by pulls finds nothing that could be known. */
export function PullsKnown({
  pulled,
  pullsSince,
}: Pick<TagsView, 'pulled'> & Pick<TagFiltersProps, 'pullsSince'>) {
  const nowMs = useNow()
  if (!pulled || pullsSince === undefined) return null
  if (pullsSince === null) return <p className={classes.known}>Pulls are not recorded.</p>
  const sinceMs = Date.parse(pullsSince)
  const isTooLong = pulled !== 'never' && sinceMs > nowMs - pulled * dayMs
  return (
    <p className={classes.known}>
      Pulls are known since {formatLocalTime(sinceMs)}
      {isTooLong ? ', so nothing is known to be unused for so long.' : '.'}
    </p>
  )
}

interface ChoicesProps {
  readonly label: string
  /** What no choice means. */
  readonly any: string
  readonly value: string
  readonly choices: readonly Choice[]
  readonly isDisabled?: boolean
  readonly isInLine?: boolean
  readonly onChange: (value: string) => void
}

const Choices = ({
  label,
  any,
  value,
  choices,
  isDisabled = false,
  isInLine = false,
  onChange,
}: ChoicesProps) => (
  <SelectField
    size={isInLine ? 'sm' : 'xs'}
    className={isInLine ? classes.inLine : undefined}
    label={label}
    value={value}
    disabled={isDisabled}
    data={[['', any] as const, ...choices].map(([each, words]) => ({ value: each, label: words }))}
    onChange={onChange}
  />
)
