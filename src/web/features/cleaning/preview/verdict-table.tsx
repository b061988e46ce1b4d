import type { WireRetentionPreview } from '#contract/rules/retention.ts'
import { shortDigest } from '#domain/values/digest.ts'
import { Anchor, Badge, SegmentedControl, Table, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import { paths } from '#web/api/page-paths.ts'
import { SuggestField } from '#web/components/form/suggest-field.tsx'
import { ScrollBox } from '#web/components/layout/scroll-box.tsx'
import { JobsShown } from '#web/components/table/jobs-shown.tsx'
import { useInfiniteRows } from '#web/components/table/list-rows.ts'
import { ListScaffold } from '#web/components/table/list-scaffold.tsx'
import { formatCount } from '#web/components/text/count-of.ts'
import { RelativeTime } from '#web/components/text/relative-time.tsx'
import { ByteSize } from '#web/entities/byte-size.tsx'
import { verdictsQuery } from '../queries.ts'
import { rowCounts, rowFilters, verdictWords, type RowFilter } from './verdict-words.ts'
import classes from './verdict-table.module.css'

type Verdict = WireRetentionPreview['verdicts'][number]
const verdictsOf = (preview: WireRetentionPreview) => preview.verdicts

interface VerdictTableProps {
  readonly preview: Pick<WireRetentionPreview, 'previewID' | 'totals' | 'changes' | 'byRepository'>
  /** The preview is of one repository. */
  readonly isOneRepository: boolean
}

/** What would happen to each tag, by which rule, and why. */
export function VerdictTable({ preview, isOneRepository }: VerdictTableProps) {
  const { previewID, totals, byRepository } = preview
  const counts = rowCounts(preview)
  const [filter, setFilter] = useState<RowFilter>(totals.removed > 0 ? 'removed' : 'all')
  const [repository, setRepository] = useState('')
  const query = useInfiniteQuery(verdictsQuery(previewID, filter, repository))
  const list = useInfiniteRows(query, verdictsOf)
  return (
    <section aria-label="Verdicts">
      <div className={classes.toolbar}>
        <SegmentedControl
          size="xs"
          className={classes.filter ?? ''}
          aria-label="Verdict"
          value={filter}
          onChange={setFilter}
          data={counts.map(([value, count]) => ({
            value,
            label: `${rowFilters[value].label} ${formatCount(count)}`,
          }))}
        />
        {!isOneRepository && (
          <SuggestField
            label="Repository"
            className={classes.repository}
            value={repository}
            onChange={setRepository}
            suggestions={byRepository.map((one) => one.repository)}
          />
        )}
      </div>
      <ListScaffold
        list={list}
        failure="Couldn’t load the verdicts"
        nextFailure="Couldn’t load more verdicts"
        filter={{
          what: 'tag',
          isOn: filter !== 'all' || repository !== '',
          onClear: () => {
            setFilter('all')
            setRepository('')
          },
        }}
        empty={<Text c="dimmed">There are no tags.</Text>}
        isFramed={false}
        skeleton={{ rows: 4 }}
      >
        <ScrollBox label="Table of verdicts">
          <Table aria-label="Verdicts" verticalSpacing={4} horizontalSpacing="xs" fz="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Tag</Table.Th>
                <Table.Th>Verdict</Table.Th>
                <Table.Th>Why</Table.Th>
                <Table.Th className={classes.time}>Pushed</Table.Th>
                <Table.Th className={classes.time}>Last pull</Table.Th>
                <Table.Th className={classes.number}>Frees</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {list.rows.map((row) => (
                <Row
                  key={`${row.repository} ${row.tag ?? ''} ${row.digest}`}
                  row={row}
                  hasRepository={!isOneRepository}
                />
              ))}
            </Table.Tbody>
          </Table>
        </ScrollBox>
        <JobsShown list={list} what="tag" more="Show more tags" />
      </ListScaffold>
    </section>
  )
}

function Row({ row, hasRepository }: { readonly row: Verdict; readonly hasRepository: boolean }) {
  const { repository, tag, digest, verdict, reason, pushedAt, lastPulledAt, bytesFreed } = row
  const { label, color } = verdictWords[verdict]
  // Of a draft, where it changes something.
  const before = row.inForce && row.inForce.verdict !== verdict ? row.inForce.verdict : null
  return (
    <Table.Tr>
      <Table.Td className={classes.tag}>
        {hasRepository && <span className={classes.detail}>{repository}:</span>}
        {tag === null ? (
          <>untagged {shortDigest(digest)}</>
        ) : (
          <Anchor
            component={Link}
            to={paths.repository(repository, tag)}
            inherit
            underline="always"
          >
            {tag}
          </Anchor>
        )}
      </Table.Td>
      <Table.Td>
        <Badge variant="light" color={color} radius="sm" tt="none" miw="max-content">
          {label}
        </Badge>
        {before !== null && <div className={classes.detail}>now: {verdictWords[before].label}</div>}
      </Table.Td>
      <Table.Td className={classes.why}>{reason}</Table.Td>
      <Table.Td className={classes.time}>
        {pushedAt === null ? 'not known' : <RelativeTime at={pushedAt} />}
      </Table.Td>
      <Table.Td className={classes.time}>
        {lastPulledAt === null ? 'none seen' : <RelativeTime at={lastPulledAt} />}
      </Table.Td>
      <Table.Td className={classes.number}>
        {verdict === 'removed' ? <ByteSize bytes={bytesFreed} /> : '–'}
      </Table.Td>
    </Table.Tr>
  )
}
