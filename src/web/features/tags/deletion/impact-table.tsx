import type { DeletionImpact } from '#contract/images/deletion.ts'
import { Table } from '@mantine/core'
import { ByteSize } from '#web/entities/byte-size.tsx'
import { namesOf } from '#web/components/text/count-of.ts'
import { attachedWords } from '../image-labels.ts'
import classes from './impact-summary.module.css'
import type { StepProgress } from './use-deletion.ts'

interface ImpactTableProps extends Pick<DeletionImpact, 'references'> {
  readonly progress: ReadonlyMap<string, StepProgress> | null
}

/** A row for each reference: what goes with it and, during the run, how far it is. */
export function ImpactTable({ references, progress }: ImpactTableProps) {
  return (
    // It scrolls, so the keyboard must reach it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={classes.scroller} tabIndex={0} role="region" aria-label="What is deleted">
      <Table verticalSpacing={4} layout="fixed">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Tag</Table.Th>
            <Table.Th>What goes</Table.Th>
            <Table.Th className={classes.size}>{progress ? 'State' : 'Size'}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {references.map((reference) => (
            <Table.Tr key={reference.reference}>
              <Table.Td className={classes.cell}>{reference.reference}</Table.Td>
              <Table.Td className={classes.cell}>{goesWords(reference)}</Table.Td>
              <Table.Td className={classes.size}>
                {progress ? (
                  (progress.get(reference.reference) ?? 'waiting')
                ) : reference.imageDeleted ? (
                  <ByteSize bytes={reference.size} />
                ) : (
                  '–'
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}

function goesWords({
  imageDeleted,
  reference,
  tags,
  remainingTags,
  attached,
}: DeletionImpact['references'][number]): string {
  if (!imageDeleted && remainingTags.length === 0) return 'only the tag'
  if (!imageDeleted) return `only the tag; the image stays as ${namesOf(remainingTags, 3)}`
  const others = tags.filter((tag) => tag !== reference)
  return [
    'the image',
    others.length > 0
      ? `its other ${others.length === 1 ? 'tag' : 'tags'} ${namesOf(others, 3)}`
      : '',
    attached.length > 0 ? attachedWords(attached) : '',
  ]
    .filter(Boolean)
    .join(', ')
}
