import type { Job, LogLine } from '#contract/jobs/collection-jobs.ts'
import { Button, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { SelectField } from '#web/components/form/select-field.tsx'
import { countOf } from '#web/components/text/count-of.ts'
import { useUrlState } from '#web/components/layout/use-url-state.ts'
import { wholeList } from '#web/components/table/list-rows.ts'
import { ListScaffold } from '#web/components/table/list-scaffold.tsx'
import { isLocalUtc, localZone } from '#web/components/text/instants.ts'
import { downloadText } from './download-text.ts'
import { LogLines } from './log-lines.tsx'
import { Panel } from '#web/components/layout/panel.tsx'
import { jobLogQuery } from './job-log-query.ts'
import { isOver } from './job-state.ts'
import { filterLog, levelChoices, logText, parseLevel } from './run-log-filter.ts'

const none: readonly LogLine[] = []

interface RunLogProps {
  readonly job: Pick<Job, 'id' | 'status'>
  /** What the downloaded file is named after. */
  readonly what?: 'collection' | 'verification' | 'cleaning'
}

/** The log of a job, filtered by level and search; the download has all of it. */
export function RunLog({ job, what = 'collection' }: RunLogProps) {
  const query = useQuery(jobLogQuery(job.id, !isOver(job)))
  const { data: lines = none } = query
  const [parameters, updateUrl] = useUrlState()
  // The field changes at once; the address and a long list follow later.
  const [text, setText] = useState(parameters.get('search') ?? '')
  const deferredText = useDeferredValue(text)
  const level = parseLevel(parameters.get('level'))
  const isUtc = isLocalUtc() || parameters.get('times') === 'utc'
  const shown = filterLog(lines, level, deferredText)
  const changeText = (value: string) => {
    setText(value)
    updateUrl({ search: value })
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
          <SelectField
            size="xs"
            aria-label="Level"
            data={levelChoices}
            value={level}
            onChange={(chosen) => updateUrl({ level: chosen })}
          />
          {!isLocalUtc() && (
            <SelectField
              size="xs"
              aria-label="Times"
              data={[
                { value: '', label: 'Local time' },
                { value: 'utc', label: 'UTC' },
              ]}
              value={isUtc ? 'utc' : ''}
              onChange={(times) => updateUrl({ times })}
            />
          )}
          <Button
            size="xs"
            variant="default"
            disabled={lines.length === 0}
            onClick={() => downloadText(`${what}-${job.id}.log`, 'text/plain', logText(lines))}
          >
            Download log
          </Button>
        </>
      }
    >
      <ListScaffold
        list={wholeList(query, shown)}
        failure="Couldn’t load the log"
        filter={{
          what: 'line',
          isOn: lines.length > 0,
          onClear: () => {
            setText('')
            updateUrl({ search: null, level: null })
          },
        }}
        empty={
          <Text c="dimmed">{isOver(job) ? 'Nothing was written.' : 'Nothing is written yet.'}</Text>
        }
        isFramed={false}
        skeleton={{ rows: 6, rowHeight: 24 }}
      >
        <LogLines lines={shown} isUtc={isUtc} />
        <Text size="sm" c="dimmed" mt="xs" role="status">
          {shown.length === lines.length
            ? countOf(lines.length, 'line')
            : `${shown.length} of ${countOf(lines.length, 'line')}`}
          {`, in ${isUtc ? 'UTC' : `local time (${localZone()})`}`}
        </Text>
      </ListScaffold>
    </Panel>
  )
}
