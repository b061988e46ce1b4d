import type { ActivityEntry } from '#contract/activity.ts'
import { factOf } from '#domain/events/domain-event.ts'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { paths } from '#web/api/page-paths.ts'
import {
  account,
  cleaning,
  collection,
  deleter,
  image,
  repository,
  trash,
  who,
} from './sentence-parts.tsx'
import classes from './activity-table.module.css'

interface WordsOptions {
  /** The repository whose page shows this: its name can be left out. */
  readonly within: string | null
}

/** An entry as a sentence, with links to what it is about. */
export function ActivityWords({ entry, within }: WordsOptions & { entry: ActivityEntry }) {
  return <span className={classes.sentence}>{sentence(entry, within)}</span>
}

function sentence(entry: ActivityEntry, within: string | null): ReactNode {
  const { actor, subject } = entry
  const fact = factOf(entry)
  switch (entry.kind) {
    case 'image pushed':
      return (
        <>
          {who(entry, 'Someone')} pushed {image(entry, within)}
        </>
      )
    case 'manifest pushed':
      return (
        <>
          {who(entry, 'Someone')} pushed the manifest {image(entry, within)}
        </>
      )
    case 'blob mounted':
      return (
        <>
          {who(entry, 'Someone')} took over the layer {image(entry, within)}
        </>
      )
    case 'image deleted':
      return (
        <>
          {deleter(entry)} deleted {image(entry, within)}
        </>
      )
    case 'tag deleted':
      return (
        <>
          {deleter(entry)} deleted the tag {image(entry, within)}
        </>
      )
    case 'image deleted forever':
      return (
        <>
          {who(entry, 'The server')} deleted {image(entry, within)} forever
        </>
      )
    case 'tag deleted forever':
      return (
        <>
          {who(entry, 'The server')} deleted the tag {image(entry, within)} forever
        </>
      )
    case 'image restored':
      return (
        <>
          {who(entry, 'The server')} restored {image(entry, within)} from {trash}
        </>
      )
    case 'tag restored':
      return (
        <>
          {who(entry, 'The server')} restored the tag {image(entry, within)}
        </>
      )
    case 'image collected':
      return (
        <>
          A collection took {image(entry, within)} from {trash} for good
        </>
      )
    case 'tag collected':
      return (
        <>
          A collection took the deleted tag {image(entry, within)} from {trash} for good
        </>
      )
    case 'repository deleted':
      return (
        <>
          {who(entry, 'The server')} deleted the repository {repository(entry)}
        </>
      )
    case 'repository deleted forever':
      return (
        <>
          {who(entry, 'The server')} deleted the repository {repository(entry)} forever
        </>
      )
    case 'repository restored':
      return (
        <>
          {who(entry, 'The server')} restored the repository {repository(entry)} from {trash}
        </>
      )
    case 'repository collected':
      return (
        <>
          A collection took the repository <b>{entry.repository}</b> from {trash} for good
        </>
      )
    case 'repository removed':
      return (
        <>
          {who(entry, 'The server')} removed the empty repository <b>{entry.repository}</b>
        </>
      )
    case 'samples loaded':
      return <>{who(entry, 'The server')} loaded sample images</>
    case 'schedule changed': {
      const schedule = fact?.kind === 'schedule changed' ? fact.data.after : entry.detail
      return schedule === null ? (
        <>
          {who(entry, 'The server')} switched the <Link to={paths.garbageCollection}>schedule</Link>{' '}
          off
        </>
      ) : (
        <>
          {who(entry, 'The server')} set the <Link to={paths.garbageCollection}>schedule</Link> to{' '}
          {schedule}
        </>
      )
    }
    case 'policy changed':
      return (
        <>
          {who(entry, 'The server')} changed the{' '}
          <Link to={paths.garbageCollection}>collection policy</Link>
        </>
      )
    case 'retention policy changed': {
      const policy = fact?.kind === 'retention policy changed' ? fact.data : null
      const isOfRegistry = policy === null || policy.scope === 'registry'
      return (
        <>
          {who(entry, 'The server')} {policy?.rules === null ? 'removed' : 'saved'} the retention
          policy of{' '}
          <Link to={paths.cleaning(isOfRegistry ? undefined : policy.scope)}>
            {isOfRegistry ? 'the registry' : policy.scope}
          </Link>
        </>
      )
    }
    case 'retention settings changed':
      return (
        <>
          {who(entry, 'The server')} changed the settings of{' '}
          <Link to={paths.cleaning()}>cleaning by rule</Link>
        </>
      )
    case 'retention approved':
      return <>{who(entry, 'The server')} approved retention policies</>
    case 'running reported':
    case 'running report removed': {
      const cluster =
        fact?.kind === 'running reported' || fact?.kind === 'running report removed'
          ? fact.data.cluster
          : null
      return (
        <>
          {who(entry, 'The server')}{' '}
          {entry.kind === 'running reported'
            ? 'reported for the first time'
            : 'removed the report of'}{' '}
          what runs in <b>{cluster}</b>
        </>
      )
    }
    case 'retention finished':
      return <>{cleaning(entry, 'Cleaning by rule')} ended</>
    case 'collection started':
      return (
        <>
          {who(entry, 'The schedule')}{' '}
          {fact?.kind === 'collection started' && fact.data.dryRun ? 'previewed' : 'started'}{' '}
          {collection(entry, 'a collection')}
        </>
      )
    case 'collection stopped':
      return (
        <>
          {who(entry, 'The server')} stopped {collection(entry, 'a collection')}
        </>
      )
    case 'collection finished':
      return <>{collection(entry, 'A collection')} ended</>
    case 'collection skipped':
      return <>A scheduled collection did not run</>
    case 'verification started':
      return <>{who(entry, 'The server')} asked for a verification of every tag</>
    case 'verification finished':
      return <>A verification ended</>
    case 'signed in':
      return <>{who(entry, 'Someone')} signed in</>
    case 'signed out':
      return <>{who(entry, 'Someone')} signed out</>
    case 'sign-in refused':
      return subject === null ? <>A sign-in failed</> : <>A sign-in as {account(entry)} failed</>
    case 'account created':
      return (
        <>
          {who(entry, 'The server')} created the account {account(entry)}
        </>
      )
    case 'account changed':
      return (
        <>
          {who(entry, 'The server')} changed the account {account(entry)}
        </>
      )
    case 'account disabled':
      return (
        <>
          {who(entry, 'The server')} disabled the account {account(entry)}
        </>
      )
    case 'account enabled':
      return (
        <>
          {who(entry, 'The server')} enabled the account {account(entry)}
        </>
      )
    case 'password changed':
      return actor === subject ? (
        <>{who(entry, 'Someone')} changed their password</>
      ) : (
        <>
          {who(entry, 'The server')} set a new password for {account(entry)}
        </>
      )
    case 'access changed':
      return (
        <>
          {who(entry, 'The server')} changed what {account(entry)} may do
        </>
      )
    case 'anonymous access changed':
      return <>{who(entry, 'The server')} changed what may be read without signing in</>
    case 'account removed':
      return (
        <>
          {who(entry, 'The server')} deleted the account {account(entry)}
        </>
      )
    case 'access token created':
      return <>{who(entry, 'The server')} created an access token</>
    case 'access token revoked':
      return actor === subject ? (
        <>{who(entry, 'Someone')} revoked an access token</>
      ) : (
        <>
          {who(entry, 'The server')} revoked an access token of {account(entry)}
        </>
      )
  }
}
