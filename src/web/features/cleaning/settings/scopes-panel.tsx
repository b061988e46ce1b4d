import type { WireRetentionPolicy } from '#contract/rules/retention.ts'
import { parseRetentionScope } from '#domain/retention/scope.ts'
import { Anchor, Button, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Fragment, useState, type SubmitEvent } from 'react'
import { Link, useNavigate } from 'react-router'
import { asSentence } from '#web/api/api-error.ts'
import { paths } from '#web/api/page-paths.ts'
import { SuggestInput } from '#web/components/form/suggest-input.tsx'
import { Panel } from '#web/components/layout/panel.tsx'
import { FoldedRows } from '#web/components/table/folded-rows.tsx'
import { countOf } from '#web/components/text/count-of.ts'
import { RelativeTime } from '#web/components/text/relative-time.tsx'
import { useScopeSuggestions } from '#web/entities/repository-names.ts'
import { policiesQuery } from '../queries.ts'
import { registryScope, scopeName } from '../scope.ts'
import { useMayChange } from '../use-may-change.ts'
import classes from './scopes-panel.module.css'

interface ScopesPanelProps {
  /** The scope that the page shows. */
  readonly scope: string
}

const addressOf = (scope: string): string =>
  paths.cleaning(scope === registryScope ? undefined : scope)

/** All policies with their scopes, and the way to one for another scope. */
export function ScopesPanel({ scope }: ScopesPanelProps) {
  const { data: policies } = useQuery(policiesQuery)
  const { scopes, mayChange } = useMayChange()
  if (policies === undefined) return null
  const without = scopes.filter((one) => !policies.some((policy) => policy.scope === one))
  return (
    <Panel title="All policies">
      <Text size="sm" c="dimmed" mb="xs">
        The narrowest scope that has a policy decides alone.
      </Text>
      {policies.length > 0 && (
        <FoldedRows rows={policies} one="policy" many="policies">
          {(shown) => (
            <Table aria-label="All policies" verticalSpacing={4} horizontalSpacing="xs" fz="sm">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Scope</Table.Th>
                  <Table.Th>Rules</Table.Th>
                  <Table.Th>Saved</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {shown.map((policy) => (
                  <Row
                    key={policy.scope}
                    policy={policy}
                    isCurrent={policy.scope === scope}
                    isYours={scopes.length > 0 && mayChange(policy.scope)}
                  />
                ))}
              </Table.Tbody>
            </Table>
          )}
        </FoldedRows>
      )}
      {without.length > 0 && (
        <Text size="sm" mt="xs">
          You can also write {without.length === 1 ? 'the policy' : 'the policies'} of{' '}
          {without.map((one, at) => (
            <Fragment key={one}>
              {at > 0 && (at === without.length - 1 ? ' and ' : ', ')}
              <Anchor component={Link} to={addressOf(one)} inherit underline="always">
                {one}
              </Anchor>
            </Fragment>
          ))}
          .
        </Text>
      )}
      <OtherScope />
    </Panel>
  )
}

interface RowProps {
  readonly policy: WireRetentionPolicy
  readonly isCurrent: boolean
  /** The person may change it, and not every other. */
  readonly isYours: boolean
}

const Row = ({ policy, isCurrent, isYours }: RowProps) => (
  <Table.Tr>
    <Table.Td className={classes.scope}>
      <Anchor
        component={Link}
        to={addressOf(policy.scope)}
        inherit
        aria-current={isCurrent ? 'page' : undefined}
      >
        {scopeName(policy.scope)}
      </Anchor>
      {isCurrent && ' (shown here)'}
      {isYours && ', yours to change'}
    </Table.Td>
    <Table.Td>
      {policy.problem === null ? countOf(policy.rules.length, 'rule') : 'can’t be read'}
    </Table.Td>
    <Table.Td>
      <RelativeTime at={policy.savedAt} />
      {policy.savedBy !== null && ` by ${policy.savedBy}`}
    </Table.Td>
  </Table.Tr>
)

function OtherScope() {
  const navigate = useNavigate()
  const suggestions = useScopeSuggestions()
  const [name, setName] = useState('')
  const [error, setError] = useState<string | null>(null)
  const open = (event: SubmitEvent) => {
    event.preventDefault()
    const parsed = parseRetentionScope(name.trim())
    if (!parsed.ok) setError(asSentence(parsed.refusal.message))
    else void navigate(addressOf(parsed.value))
  }
  return (
    <form className={classes.other} onSubmit={open} noValidate>
      <SuggestInput
        label="Policy of a namespace or repository"
        placeholder="team or team/app"
        className={classes.name}
        value={name}
        suggestions={suggestions}
        error={error}
        onChange={(text) => {
          setName(text)
          setError(null)
        }}
      />
      <Button type="submit" variant="default" disabled={name.trim() === ''}>
        Show
      </Button>
    </form>
  )
}
