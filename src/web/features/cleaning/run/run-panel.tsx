import { Panel } from '#web/components/layout/panel.tsx'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { queryKeys } from '#web/api/query-keys.ts'
import { useSession } from '#web/api/session-context.ts'
import { isOver } from '#web/entities/jobs/job-state.ts'
import { runningQuery, runQuery } from '../queries.ts'
import { CleaningEnd } from './cleaning-end.tsx'
import { CleaningProgress } from './cleaning-progress.tsx'

interface RunPanelProps {
  /** The last run that this page has started or seen running; null: none. */
  readonly seen: string | null
  readonly onSeen: (jobId: string) => void
}

/** The run under way; then its result, until the page is left. */
export function RunPanel({ seen, onSeen }: RunPanelProps) {
  const { isAdmin, name } = useSession()
  const client = useQueryClient()
  const { data: running } = useQuery(runningQuery)
  const runningId = running?.id ?? null
  useEffect(() => {
    if (runningId !== null) onSeen(runningId)
  }, [runningId, onSeen])
  const ended = useQuery({ ...runQuery(seen ?? ''), enabled: seen !== null && !running }).data
  const endedId = ended && isOver(ended) ? ended.id : null
  useEffect(() => {
    if (endedId === null) return
    // What went is in the trash, and no longer among the tags.
    for (const queryKey of [
      queryKeys.retention,
      queryKeys.tags,
      queryKeys.repositories,
      queryKeys.trash,
      queryKeys.garbageCollection,
    ]) {
      void client.invalidateQueries({ queryKey })
    }
  }, [client, endedId])
  if (running) {
    return (
      <Panel title="Cleaning now">
        <CleaningProgress job={running} isAdmin={isAdmin} viewer={name} />
      </Panel>
    )
  }
  return ended && isOver(ended) ? <CleaningEnd job={ended} hasLink /> : null
}
