import type { Fact } from '#domain/events/domain-event.ts'
import { createEventOf } from '#services/activity/record-activity.ts'
import { theServer } from '#services/activity/actor.ts'
import { seededNumbers, textContent } from '#services/samples/file-content.ts'
import { digestOfBytes } from '#services/samples/image-builder.ts'
import type { PullCount } from '#state/pulls.ts'
import type { State } from '#state/state.ts'
import type { Company, PushedImage } from './build-company.ts'
import { dayMs, hourMs, workingTime } from './calendar.ts'
import type { PastEvent } from './past-event.ts'
import { addressOf, companyAccounts } from './people.ts'

const pullDays = 60

/** Clusters pull what runs, and pipelines what they build on: newer images more often. */
function* pullsOf({ repository, tags, atMs }: PushedImage, nowMs: number, share: number) {
  const ageDays = (nowMs - atMs) / dayMs
  for (const tag of tags) {
    const isMoving = !/\d\.\d|^pr-|^main-/.test(tag) || repository.startsWith('library/')
    const lastDaysAgo = isMoving ? share * 0.4 : ageDays * (0.15 + 0.8 * share)
    const firstDay = Math.max(Math.floor(lastDaysAgo), 0)
    for (let ago = firstDay; ago < Math.min(pullDays, ageDays); ago += isMoving ? 1 : 3) {
      const lastAtMs = nowMs - (ago === firstDay ? lastDaysAgo : ago + share) * dayMs
      if (lastAtMs < atMs) continue
      yield {
        repository,
        reference: tag,
        day: Math.floor(lastAtMs / dayMs),
        pulls: 1 + Math.floor((isMoving ? 40 : 6) * share),
        lastAtMs: Math.round(lastAtMs),
        lastBy: share > 0.8 ? 'dana' : 'ci',
      } satisfies PullCount
    }
  }
}

function pushEvents({ images }: Company): PastEvent[] {
  return images.flatMap(({ repository, image, tags, earlierTags, actor, atMs }) => {
    const { digest } = image.manifest
    const pushed = [...tags, ...earlierTags]
    const facts: Fact[] =
      pushed.length === 0
        ? [{ kind: 'manifest pushed', data: { digest } }]
        : pushed.map((tag) => ({ kind: 'image pushed', data: { tag, digest } }))
    return facts.map((fact, nth) => ({ atMs: atMs + nth * 700, actor, repository, fact }))
  })
}

const deleters = ['dana', 'ci', 'priya', 'jonas', 'tomas', 'mira', 'admin'] as const
const places: Readonly<Record<(typeof deleters)[number], readonly string[]>> = {
  dana: ['shop/checkout', 'shop/web', 'shop/cart'],
  ci: ['shop/web', 'mobile/api', 'pay/gateway', 'support/desk'],
  priya: ['data/etl', 'data/events', 'ml/forecast'],
  jonas: ['platform/ci-runner', 'platform/proxy', 'library/node'],
  tomas: ['pay/ledger', 'pay/gateway', 'pay/fraud'],
  mira: ['ml/vision', 'ml/ranking', 'shop/recommendations'],
  admin: ['support/chat', 'data/exporter', 'shop/email'],
}

/** Images that are gone: pushed, deleted some weeks later, and collected after that. */
function goneImages(nowMs: number): PastEvent[] {
  const next = seededNumbers(31)
  return Array.from({ length: 260 }, (_, nth) => {
    const person = deleters[Math.floor(next() * deleters.length)] ?? 'admin'
    const repositories = places[person]
    const repository = repositories[Math.floor(next() * repositories.length)] ?? 'shop/web'
    const tag = `pr-${200 + Math.floor((1 - nth / 260) * 900)}`
    const digest = digestOfBytes(textContent(`${repository}:${tag}:${nth}`))
    const deletedDaysAgo = 17 + 340 * (nth / 260) + next()
    const pushedAtMs = workingTime(nowMs, deletedDaysAgo + 4 + 30 * next(), next())
    const deletedAtMs = workingTime(nowMs, deletedDaysAgo, next())
    const collectedAtMs = deletedAtMs + 14 * dayMs + 9 * hourMs
    const events: PastEvent[] = [
      {
        atMs: pushedAtMs,
        actor: 'ci',
        repository,
        fact: { kind: 'image pushed', data: { tag, digest } },
      },
      {
        atMs: deletedAtMs,
        actor: person,
        repository,
        fact: { kind: 'image deleted', data: { reference: tag, digest, tags: [tag] } },
      },
    ]
    if (collectedAtMs < nowMs - dayMs && nth % 2 === 0) {
      events.push({
        atMs: collectedAtMs,
        actor: null,
        repository,
        fact: { kind: 'image collected', data: { digest, tags: [tag] } },
      })
    }
    return events
  }).flat()
}

function peopleEvents(nowMs: number): PastEvent[] {
  const next = seededNumbers(57)
  const of = (daysAgo: number, actor: string | null, fact: Fact): PastEvent => ({
    atMs: workingTime(nowMs, daysAgo, next()),
    actor,
    repository: null,
    fact,
  })
  return [
    ...companyAccounts.flatMap(({ name, isAdmin, grants }, nth) => {
      const actor = nth === 0 ? null : 'admin'
      const role = nth === 0 ? 'first administrator' : isAdmin ? 'administrator' : 'account'
      const changes = grants.map(({ scope, accessLevel }) => ({
        scope,
        before: null,
        after: accessLevel,
      }))
      return [
        of(364 - nth * 6, actor, { kind: 'account created', data: { account: name, role } }),
        ...(changes.length === 0
          ? []
          : [
              of(363.5 - nth * 6, actor, {
                kind: 'access changed',
                data: { account: name, changes },
              }),
            ]),
      ]
    }),
    ...Array.from({ length: 90 }, (_, nth) => {
      const person = (['admin', 'dana', 'jonas', 'mira', 'priya', 'tomas'] as const)[nth % 6]
      const data = { account: person ?? 'admin' }
      return of(0.2 + nth * 3.7 * (0.7 + 0.5 * next()), data.account, { kind: 'signed in', data })
    }),
    of(131, null, {
      kind: 'sign-in refused',
      data: { account: 'tomas', reason: 'wrong password' },
    }),
    of(61, 'admin', {
      kind: 'access token created',
      data: {
        account: 'ci',
        token: 'pipelines',
        actions: ['pull', 'push'],
        repositories: ['shop', 'pay'],
      },
    }),
  ]
}

/** Who pushed and pulled what, and what else happened in a year. */
export async function recordCompany(
  { pushes, pulls, activity }: Pick<State, 'pushes' | 'pulls' | 'activity'>,
  company: Company,
  nowMs: number,
  runEvents: readonly PastEvent[],
): Promise<void> {
  const next = seededNumbers(83)
  const counts: PullCount[] = []
  for (const pushed of company.images) {
    const { repository, image, tags, actor, atMs } = pushed
    const { digest } = image.manifest
    for (const tag of tags) await pushes.record({ repository, tag, digest, actor, atMs })
    const share = next()
    if (share > 0.15) counts.push(...pullsOf(pushed, nowMs, share))
  }
  await pulls.add(counts)
  await pulls.setRecording({ sinceMs: nowMs - 364 * dayMs, openBy: [] })
  const events = [
    ...pushEvents(company),
    ...goneImages(nowMs),
    ...peopleEvents(nowMs),
    ...runEvents,
  ].toSorted((one, other) => one.atMs - other.atMs)
  for (const [place, { atMs, actor, repository, fact }] of events.entries()) {
    const deps = { clock: { nowMs: () => atMs }, createId: () => `past-${place}` }
    const by = actor === null ? theServer : { name: actor, from: addressOf(actor) }
    await activity.record(createEventOf(deps, fact, by, { repository }))
  }
}
