import type { ActivityEntry } from '#contract/activity.ts'
import { factOf } from '#domain/events/domain-event.ts'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { paths } from '#web/api/page-paths.ts'
import { shortened, tagsOf } from './detail-labels.ts'

/* What the sentences of the activity are made of. */

export const who = ({ actor }: ActivityEntry, otherwise: string): ReactNode =>
  actor === null ? otherwise : <b>{actor}</b>

/** `team/app:1.2`: a link to the tag, or to the repository if the tag may be gone. */
export function image(entry: ActivityEntry, within: string | null): ReactNode {
  const { repository, subject } = entry
  if (repository === null) return subject ?? 'an image'
  const place = repository === within ? '' : repository
  if (subject === null) return <Link to={paths.repository(repository)}>{repository}</Link>
  if (!subject.includes(':')) {
    const name = place === '' ? subject : `${place}:${subject}`
    return <Link to={paths.repository(repository, subject)}>{name}</Link>
  }
  // People know an image by its tags, so these come first.
  const tags = tagsOf(entry)
  const [separator, name] = tags.length === 0 ? ['@', shortened(subject)] : [':', tags.join(', ')]
  return <Link to={paths.repository(repository)}>{`${place}${place && separator}${name}`}</Link>
}

export const collection = ({ subject }: ActivityEntry, words: string): ReactNode =>
  subject === null ? words : <Link to={paths.collectionRun(subject)}>{words}</Link>

export const cleaning = ({ subject }: ActivityEntry, words: string): ReactNode =>
  subject === null ? words : <Link to={paths.cleaningRun(subject)}>{words}</Link>

/** Who deleted an image or a tag; a rule did that in a run. */
export function deleter(entry: ActivityEntry): ReactNode {
  const fact = factOf(entry)
  const isDeletion = fact?.kind === 'image deleted' || fact?.kind === 'tag deleted'
  const byRule = isDeletion ? fact.data.byRule : undefined
  if (byRule === undefined) return who(entry, 'The server')
  const { jobID } = byRule
  return jobID === undefined ? 'Cleaning' : <Link to={paths.cleaningRun(jobID)}>Cleaning</Link>
}

export const repository = ({ repository: name }: ActivityEntry): ReactNode =>
  name === null ? 'of an unknown name' : <Link to={paths.repository(name)}>{name}</Link>

export const account = ({ subject }: ActivityEntry): ReactNode => <b>{subject ?? 'someone'}</b>

export const trash = <Link to={paths.trash}>the trash</Link>
