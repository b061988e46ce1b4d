import type { Reclaimable } from '#contract/jobs/garbage-collection.ts'
import { formatByteSize } from '#domain/values/byte-size.ts'
import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useDebouncedValue } from '@mantine/hooks'
import { messageOf } from '#web/api/api-error.ts'
import { AsOf } from '#web/entities/as-of.tsx'
import { describeCounts, isNothing } from '../plan/amounts.ts'
import { sumOf, type Amount } from '../plan/causes.ts'
import { untaggedQuery } from '../queries.ts'

/** Waits for the whole number instead of querying at each digit. */
const pauseMs = 400

/**
 * What collecting untagged images of at least this age would take now, shown before it is saved.
 */
export function UntaggedEffect({ ageHours }: { readonly ageHours: number }) {
  const [settledHours] = useDebouncedValue(ageHours, pauseMs)
  const { data, error, isPlaceholderData } = useQuery(untaggedQuery(settledHours))
  const isOld = isPlaceholderData || settledHours !== ageHours
  const isShown = data !== undefined && !isOld
  return (
    <>
      <Text size="sm" c="dimmed" role="status">
        {isShown ? effectOf(data) : error ? messageOf(error) : 'Working out what would go…'}
      </Text>
      {isShown && <AsOf answer={data} />}
    </>
  )
}

function effectOf({ error, byCause }: Reclaimable): string {
  if (error !== null) return 'Couldn’t work out what would go.'
  const amount = untaggedPart(byCause)
  return isNothing(amount)
    ? 'Nothing would go at the moment: no untagged image is that old.'
    : `Would go at the next run: ${formatByteSize(amount.bytes)} in ${describeCounts(amount)}.`
}

/** An image that lost its tag to another one is untagged too, but has its own cause. */
const untaggedPart = (byCause: Readonly<Record<string, Amount>>): Amount =>
  sumOf(['untagged image', 'replaced tag'].flatMap((cause) => byCause[cause] ?? []))
