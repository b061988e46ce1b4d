import type { ExpectationOutcome } from '#domain/retention/expectations.ts'
import { durationInWords } from '#domain/retention/duration.ts'
import type { Expectation } from '#domain/retention/policy.ts'
import { ruleInWords } from '#domain/retention/rule-in-words.ts'
import { Table, Text } from '@mantine/core'
import { IconCheck, IconX } from '@tabler/icons-react'
import { ScrollBox } from '#web/components/layout/scroll-box.tsx'
import { FoldedRows } from '#web/components/table/folded-rows.tsx'
import classes from './expectation-table.module.css'

const words = {
  protected: 'protected',
  kept: 'kept',
  removed: 'removed',
  unmatched: 'left alone',
} as const

const age = (what: string, agoMs: number | null): string =>
  agoMs === null ? '' : agoMs === 0 ? `${what} now` : `${what} ${durationInWords(agoMs)} ago`

function imageWords({ pushedAgoMs, pulledAgoMs, isNewest }: Expectation): string {
  const parts = [
    age('pushed', pushedAgoMs),
    age('pulled', pulledAgoMs),
    isNewest ? 'one of the newest' : '',
  ]
  return parts.filter(Boolean).join(', ')
}

interface ExpectationTableProps {
  readonly outcomes: readonly ExpectationOutcome[]
}

/** What the policy expects of itself, and what its rules really do: those that fail come first. */
export function ExpectationTable({ outcomes }: ExpectationTableProps) {
  const failed = outcomes.filter(({ holds }) => !holds)
  const rows = [...failed, ...outcomes.filter(({ holds }) => holds)]
  return (
    <section aria-label="Expectations">
      <Text
        size="sm"
        fw={500}
        role="status"
        c={failed.length > 0 ? 'var(--mantine-color-error)' : undefined}
      >
        {summaryOf(failed.length, outcomes.length)}
      </Text>
      <ScrollBox label="Table of expectations">
        <FoldedRows rows={rows} one="expectation" many="expectations">
          {(shown) => (
            <Table aria-label="Expectations" verticalSpacing={4} horizontalSpacing="xs" fz="sm">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Image</Table.Th>
                  <Table.Th>Expected</Table.Th>
                  <Table.Th>Got</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {shown.map((outcome) => (
                  <Row
                    key={outcome.expectation.line + JSON.stringify(outcome.expectation)}
                    {...outcome}
                  />
                ))}
              </Table.Tbody>
            </Table>
          )}
        </FoldedRows>
      </ScrollBox>
    </section>
  )
}

function summaryOf(failed: number, all: number): string {
  if (failed === 0) return all === 1 ? 'The expectation holds' : `All ${all} expectations hold`
  const which =
    all === 1
      ? 'The expectation does'
      : `${failed} of ${all} expectations ${failed === 1 ? 'does' : 'do'}`
  return `${which} not hold: the policy can’t be saved like this`
}

function Row({ expectation, verdict, rule, holds }: ExpectationOutcome) {
  const Icon = holds ? IconCheck : IconX
  return (
    <Table.Tr data-holds={holds || undefined}>
      <Table.Td>
        <b>{expectation.tag ?? 'untagged image'}</b>{' '}
        <span className={classes.detail}>{imageWords(expectation)}</span>
      </Table.Td>
      <Table.Td>{words[expectation.is]}</Table.Td>
      <Table.Td className={holds ? classes.holds : classes.fails}>
        <Icon size={14} aria-label={holds ? 'holds:' : 'fails:'} className={classes.icon} />{' '}
        {words[verdict]}
        {rule !== null && (
          <span className={classes.detail}>
            {' '}
            by “{ruleInWords(rule)}” (line {rule.line})
          </span>
        )}
      </Table.Td>
    </Table.Tr>
  )
}
