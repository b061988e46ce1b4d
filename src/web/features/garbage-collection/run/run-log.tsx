import type { Job } from '#contract/jobs.ts'
import { Button, NativeSelect, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { countOf } from '#web/components/text/count-of.ts'
import { ErrorState } from '#web/components/feedback/error-state.tsx'
import { ListSkeleton } from '#web/components/table/list-skeleton.tsx'
import { NoMatch } from '#web/components/table/no-match.tsx'
import { downloadText } from './download-text.ts'
import { LogLines } from './log-lines.tsx'
import { Panel } from '../panel.tsx'
import { isOver, jobLogQuery } from '../queries.ts'
import { filterLog, levelChoices, logText, parseLevel } from './run-log-filter.ts'
import { useSearchParameter } from '../use-search-parameter.ts'

/** The log of a run, filtered by level and search; the download has all of it. */
export function RunLog({ job }: { readonly job: Job }) {
  const { data: lines, error, isFetching, refetch } = useQuery(jobLogQuery(job.id, !isOver(job)))
  const [levelId, setLevel] = useSearchParameter('level')
  const [search, setSearch] = useSearchParameter('search')
  // The field changes at once; the address and a long list follow later.
  const [text, setText] = useState(search ?? '')
  const deferredText = useDeferredValue(text)
  const level = parseLevel(levelId)
  const shown = lines && filterLog(lines, level, deferredText)
  const changeText = (value: string) => {
    setText(value)
    setSearch(value)
  }
  return (
    <Panel
      title="Log"
      actions={
        <>
          <TextInput
            size="xs"
            type="search"
            aria-label="Search the log"
            placeholder="Search the log"
            value={text}
            onChange={(event) => changeText(event.currentTarget.value)}
          />
          <NativeSelect
            size="xs"
            aria-label="Level"
            data={[...levelChoices]}
            value={level}
            onChange={(event) => setLevel(event.currentTarget.value)}
          />
          <Button
            size="xs"
            variant="default"
            disabled={!lines?.length}
            onClick={() => {
              if (lines) downloadText(`collection-${job.id}.log`, 'text/plain', logText(lines))
            }}
          >
            Download log
          </Button>
        </>
      }
    >
      {lines && shown ? (
        lines.length === 0 ? (
          <Text c="dimmed">{isOver(job) ? 'Nothing was written.' : 'Nothing is written yet.'}</Text>
        ) : shown.length === 0 ? (
          <NoMatch
            what="line"
            onClear={() => {
              setText('')
              setLevel(null)
            }}
          />
        ) : (
          <>
            <LogLines lines={shown} />
            <Text size="sm" c="dimmed" mt="xs" role="status">
              {shown.length === lines.length
                ? countOf(lines.length, 'line')
                : `${shown.length} of ${countOf(lines.length, 'line')}`}
            </Text>
          </>
        )
      ) : error ? (
        <ErrorState
          title="The log could not be loaded"
          error={error}
          onRetry={() => void refetch()}
          isRetrying={isFetching}
        />
      ) : (
        <ListSkeleton rows={6} rowHeight={24} />
      )}
    </Panel>
  )
}
