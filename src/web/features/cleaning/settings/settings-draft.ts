import { isClusterName } from '#domain/retention/cluster-name.ts'
import { retentionBounds } from '#domain/policy/retention-settings.ts'
import type { CleaningChoices } from '../mutations.ts'

/** The settings while they are edited, with numbers and lists as the person typed them. */
export interface SettingsDraft {
  readonly beforeCollections: boolean
  readonly approveFirst: boolean
  readonly maximumShare: string
  readonly isLimited: boolean
  readonly maximumImages: string
  readonly headCounts: boolean
  /** One a line. */
  readonly ignoredAccounts: string
  readonly ignoredUserAgents: string
  readonly maximumAgeMinutes: string
  /** One a line: its name, and after a space the account that reports for it. */
  readonly clusters: string
}

export type SettingsMistakes = Partial<
  Record<
    'maximumShare' | 'maximumImages' | 'ignoredUserAgents' | 'maximumAgeMinutes' | 'clusters',
    string
  >
>

const suggestedImages = 1000

export const settingsDraftOf = (settings: CleaningChoices): SettingsDraft => ({
  beforeCollections: settings.beforeCollections,
  approveFirst: settings.approveFirst,
  maximumShare: String(settings.maximumShare),
  isLimited: settings.maximumImages !== null,
  maximumImages: String(settings.maximumImages ?? suggestedImages),
  headCounts: settings.pulls.headCounts,
  ignoredAccounts: settings.pulls.ignoredAccounts.join('\n'),
  ignoredUserAgents: settings.pulls.ignoredUserAgents.join('\n'),
  maximumAgeMinutes: String(settings.running.maximumAgeMinutes),
  clusters: settings.running.clusters
    .map(({ name, account }) => (account === null ? name : `${name} ${account}`))
    .join('\n'),
})

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')

function wholeNumber(text: string, [minimum, maximum]: readonly [number, number]) {
  const value = /^\d{1,9}$/.test(text.trim()) ? Number(text) : Number.NaN
  return value >= minimum && value <= maximum ? value : null
}

const numberMistake = ([minimum, maximum]: readonly [number, number]): string =>
  `A whole number from ${minimum} to ${maximum}`

/** A part of a name that is shorter would leave out almost every client. */
const shortestUserAgent = 3

type Cluster = CleaningChoices['running']['clusters'][number]

/** Null: a line is something else. */
function clustersOf(text: string): Cluster[] | null {
  const clusters: Cluster[] = []
  for (const line of linesOf(text)) {
    const [name = '', account = null, ...more] = line.split(/\s+/)
    const isTwice = clusters.some((other) => other.name === name)
    if (more.length > 0 || isTwice || !isClusterName(name)) return null
    clusters.push({ name, account })
  }
  return clusters
}

export function checkSettings(
  draft: SettingsDraft,
):
  | { readonly ok: true; readonly choices: CleaningChoices }
  | { readonly ok: false; readonly mistakes: SettingsMistakes } {
  const share = wholeNumber(draft.maximumShare, retentionBounds.maximumShare)
  const images = draft.isLimited
    ? wholeNumber(draft.maximumImages, retentionBounds.maximumImages)
    : null
  const userAgents = linesOf(draft.ignoredUserAgents)
  const ageMinutes = wholeNumber(draft.maximumAgeMinutes, retentionBounds.maximumAgeMinutes)
  const clusters = clustersOf(draft.clusters)
  const mistakes: SettingsMistakes = {
    ...(share === null ? { maximumShare: numberMistake(retentionBounds.maximumShare) } : {}),
    ...(draft.isLimited && images === null
      ? { maximumImages: numberMistake(retentionBounds.maximumImages) }
      : {}),
    ...(userAgents.some(({ length }) => length < shortestUserAgent)
      ? { ignoredUserAgents: `At least ${shortestUserAgent} letters each` }
      : {}),
    ...(ageMinutes === null
      ? { maximumAgeMinutes: numberMistake(retentionBounds.maximumAgeMinutes) }
      : {}),
    ...(clusters === null
      ? { clusters: 'One a line: a name in lower case, and after a space an account' }
      : {}),
  }
  if (share === null || ageMinutes === null || clusters === null) return { ok: false, mistakes }
  if (Object.keys(mistakes).length > 0) return { ok: false, mistakes }
  return {
    ok: true,
    choices: {
      beforeCollections: draft.beforeCollections,
      approveFirst: draft.approveFirst,
      maximumShare: share,
      maximumImages: images,
      pulls: {
        headCounts: draft.headCounts,
        ignoredAccounts: linesOf(draft.ignoredAccounts),
        ignoredUserAgents: userAgents,
      },
      running: { maximumAgeMinutes: ageMinutes, clusters },
    },
  }
}

export const isSameSettings = (a: CleaningChoices, b: CleaningChoices): boolean =>
  JSON.stringify(settingsDraftOf(a)) === JSON.stringify(settingsDraftOf(b))
