import type { RetentionJob } from '#contract/rules/retention-runs.ts'
import { Anchor, List, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from 'react-router'
import { asSentence } from '#web/api/api-error.ts'
import { paths } from '#web/api/page-paths.ts'
import { useSession } from '#web/api/session-context.ts'
import { PageTitle } from '#web/components/layout/page-title.tsx'
import { Panel } from '#web/components/layout/panel.tsx'
import { FoldedRows } from '#web/components/table/folded-rows.tsx'
import { formatCount } from '#web/components/text/count-of.ts'
import { formatDuration } from '#web/components/text/format-time.ts'
import { describeHere } from '#web/components/text/instants.ts'
import { RelativeTime } from '#web/components/text/relative-time.tsx'
import { isOver } from '#web/entities/jobs/job-state.ts'
import { LoadedJob } from '#web/entities/jobs/loaded-job.tsx'
import { RunLog } from '#web/entities/jobs/run-log.tsx'
import classes from '../cleaning-page.module.css'
import { LeftOut } from '../preview/preview-panel.tsx'
import { RepositorySums, RuleSums } from '../preview/sums-tables.tsx'
import { runQuery } from '../queries.ts'
import { scopeName } from '../scope.ts'
import '../styles.ts'
import { BrakeList } from './brake-list.tsx'
import { CleaningEnd } from './cleaning-end.tsx'
import { CleaningProgress } from './cleaning-progress.tsx'
import { startedBy } from './run-words.ts'

/** One run: its state or result, what went by rule and repository, what did not, and its log. */
export function CleaningRunPage() {
  const { jobId = '' } = useParams()
  return (
    <LoadedJob query={useQuery(runQuery(jobId))} title="Run" allAt={paths.cleaning()}>
      {(job) => <Run job={job} />}
    </LoadedJob>
  )
}

function Run({ job }: { readonly job: RetentionJob }) {
  const { isAdmin, name } = useSession()
  const { startedAt, finishedAt, scheduledAt, lastUpdated, request, result } = job
  const at = startedAt ?? scheduledAt ?? lastUpdated
  return (
    <>
      <PageTitle
        title={`Cleaning of ${describeHere(Date.parse(at))}`}
        description={
          <>
            {request && `Of ${scopeName(request.scope)}, started`}
            {!request && 'Started'} by {startedBy(job)} <RelativeTime at={at} />
            {startedAt &&
              finishedAt &&
              `, took ${formatDuration(Date.parse(finishedAt) - Date.parse(startedAt))}`}
          </>
        }
      />
      <div className={classes.parts}>
        {isOver(job) ? (
          <CleaningEnd job={job} />
        ) : (
          <Panel title="Progress">
            <CleaningProgress job={job} isAdmin={isAdmin} viewer={name} />
          </Panel>
        )}
        {result && <Result result={result} />}
        {isAdmin ? (
          <RunLog job={job} what="cleaning" />
        ) : (
          <Panel title="Log">
            <Text c="dimmed">Only administrators can read the log: it names every repository.</Text>
          </Panel>
        )}
      </div>
    </>
  )
}

function Result({ result }: { readonly result: NonNullable<RetentionJob['result']> }) {
  const { byRule, byRepository, notes, brakes, leftOut, skipped, failed, planned } = result
  const repositories = Object.entries(byRepository)
  return (
    <Panel
      title="What it did"
      actions={
        <Anchor component={Link} to={paths.activity} size="sm">
          See the activity
        </Anchor>
      }
    >
      <Text mb="sm">
        {formatCount(planned)} were to go, {formatCount(result.removed)} went,{' '}
        {formatCount(skipped)} skipped, {formatCount(failed)} failed, {formatCount(result.left)}{' '}
        left, {formatCount(result.waiting)} wait for approval.
      </Text>
      <div className={classes.parts}>
        {byRule.length > 0 && (
          <div className={classes.pair}>
            <RuleSums
              counted="Went"
              rules={byRule.map(({ rule, ...sum }) => ({ ...sum, words: rule }))}
            />
            <RepositorySums
              counted="Went"
              repositories={repositories.map(([repository, sum]) => ({ repository, ...sum }))}
            />
          </div>
        )}
        {brakes.length > 0 && (
          <section aria-label="Waiting for approval">
            <Text fw={600}>Waiting for approval</Text>
            <BrakeList brakes={brakes} />
          </section>
        )}
        <Notes notes={notes} count={skipped + failed} />
        <LeftOut repositories={leftOut} />
      </div>
    </Panel>
  )
}

interface NotesProps {
  readonly notes: NonNullable<RetentionJob['result']>['notes']
  /** Of all that stayed; only the first have a note. */
  readonly count: number
}

/** What was skipped or failed, each with its reason. */
function Notes({ notes, count }: NotesProps) {
  if (notes.length === 0) return null
  return (
    <section aria-label="What stayed">
      <Text fw={600}>
        {count > notes.length
          ? `What stayed: the first ${notes.length} of ${formatCount(count)}`
          : 'What stayed'}
      </Text>
      <FoldedRows rows={notes} one="tag" many="tags">
        {(shown) => (
          <List size="sm">
            {shown.map(({ repository, tag, reason }, position) => (
              // The same tag may have stayed twice, for the same reason.
              // oxlint-disable-next-line react/no-array-index-key
              <List.Item key={position}>
                <b>
                  {repository}
                  {tag !== null && `:${tag}`}
                </b>
                {tag === null && ', untagged'}: {asSentence(reason)}
              </List.Item>
            ))}
          </List>
        )}
      </FoldedRows>
    </section>
  )
}
