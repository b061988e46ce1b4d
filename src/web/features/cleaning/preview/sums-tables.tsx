import type { WireRetentionPreview } from '#contract/rules/retention.ts'
import { Anchor, Table } from '@mantine/core'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { paths } from '#web/api/page-paths.ts'
import { ScrollBox } from '#web/components/layout/scroll-box.tsx'
import { FoldedRows } from '#web/components/table/folded-rows.tsx'
import { formatCount } from '#web/components/text/count-of.ts'
import { ByteSize } from '#web/entities/byte-size.tsx'
import { scopeName } from '../scope.ts'
import classes from './sums-tables.module.css'

interface Counted {
  /** The heading of the number of tags and untagged images. */
  readonly counted: string
}

interface Sum {
  readonly key: string
  readonly label: ReactNode
  readonly removed: number
  readonly bytes: number
}

type RuleSum = Pick<WireRetentionPreview['byRule'][number], 'scope' | 'removed'> & {
  readonly words: string
  readonly line: number
  readonly bytes: number
}

/** What each rule takes. */
export const RuleSums = ({ rules, counted }: Counted & { readonly rules: readonly RuleSum[] }) => (
  <SumsTable
    counted={counted}
    heading="By rule"
    one="rule"
    many="rules"
    rows={rules.map(({ scope, words, line, removed, bytes }) => ({
      key: `${scope} ${line} ${words}`,
      label: (
        <>
          {words}{' '}
          <span className={classes.detail}>
            ({scopeName(scope)}, line {line})
          </span>
        </>
      ),
      removed,
      bytes,
    }))}
  />
)

interface RepositorySum {
  readonly repository: string
  readonly removed: number
  readonly bytes: number
}

/** What goes from each repository, the most bytes first. */
export const RepositorySums = ({
  repositories,
  counted,
}: Counted & {
  readonly repositories: readonly RepositorySum[]
}) => (
  <SumsTable
    counted={counted}
    heading="By repository"
    one="repository"
    many="repositories"
    rows={repositories
      .toSorted((a, b) => b.bytes - a.bytes || b.removed - a.removed)
      .map(({ repository, removed, bytes }) => ({
        key: repository,
        label: (
          <Anchor component={Link} to={paths.repository(repository)} inherit>
            {repository}
          </Anchor>
        ),
        removed,
        bytes,
      }))}
  />
)

interface SumsTableProps extends Counted {
  readonly heading: string
  readonly one: string
  readonly many: string
  readonly rows: readonly Sum[]
}

function SumsTable({ counted, heading, one, many, rows }: SumsTableProps) {
  return (
    <ScrollBox label={heading}>
      <FoldedRows rows={rows} one={one} many={many}>
        {(shown) => (
          <Table aria-label={heading} verticalSpacing={4} horizontalSpacing="xs" fz="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{heading}</Table.Th>
                <Table.Th className={classes.number}>{counted}</Table.Th>
                <Table.Th className={classes.number}>Frees</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {shown.map(({ key, label, removed, bytes }) => (
                <Table.Tr key={key}>
                  <Table.Td className={classes.label}>{label}</Table.Td>
                  <Table.Td className={classes.number}>{formatCount(removed)}</Table.Td>
                  <Table.Td className={classes.number}>
                    <ByteSize bytes={bytes} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </FoldedRows>
    </ScrollBox>
  )
}
