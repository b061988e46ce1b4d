import type { Job } from '#contract/jobs/collection-jobs.ts'
import { Button } from '@mantine/core'
import { IconRecycle } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useLocation } from 'react-router'
import { paths } from '#web/api/page-paths.ts'
import { useSession } from '#web/api/session-context.ts'
import { VisuallyHiddenStatus } from '#web/components/feedback/visually-hidden-status.tsx'
import classes from './collection-banner.module.css'
import { stopCollection } from '../run-mutations.ts'
import { PhaseBar } from '../run/phase-bar.tsx'
import { pushesNow } from '../policy/policy-labels.ts'
import { policyQuery } from '../run-queries.ts'
import { announcement, bannerFacts } from '../run/run-progress-labels.ts'
import { StopError } from '#web/entities/jobs/stop-error.tsx'

/** What a collection that runs means for pushes, how far it is, and Stop. */
export function RunningBanner({ job }: { readonly job: Job }) {
  const { isAdmin } = useSession()
  const { pathname } = useLocation()
  const { data: policy } = useQuery(policyQuery)
  const stop = useMutation(stopCollection(useQueryClient()))
  // The run's own page shows Stop already, and one is enough.
  const hasActions = isAdmin && pathname !== paths.garbageCollection
  return (
    <section className={classes.root} aria-label="Garbage collection in progress">
      <VisuallyHiddenStatus>{announcement(job.progress, job.stopping)}</VisuallyHiddenStatus>
      <div className={classes.row}>
        <IconRecycle size={20} aria-hidden className={classes.icon} />
        <p className={classes.text}>
          <strong>
            {job.stopping ? 'Garbage collection is stopping.' : 'Garbage collection is running.'}
          </strong>{' '}
          {policy && pushesNow(policy, job.progress?.phase ?? null)}
          <span className={classes.facts}>{bannerFacts(job.progress)}</span>
        </p>
        {hasActions && (
          <div className={classes.actions}>
            <Button component={Link} to={paths.garbageCollection} variant="default" size="xs">
              View
            </Button>
            <Button
              variant="default"
              size="xs"
              disabled={job.stopping}
              loading={stop.isPending}
              onClick={() => stop.mutate(job.id)}
            >
              Stop
            </Button>
          </div>
        )}
      </div>
      <StopError error={stop.error} />
      <PhaseBar progress={job.progress} size={3} />
    </section>
  )
}
