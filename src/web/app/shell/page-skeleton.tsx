import { Skeleton } from '@mantine/core'
import { ListSkeleton } from '#web/components/table/list-skeleton.tsx'

/** Shown while the code of a page loads. */
export function PageSkeleton() {
  return (
    <>
      <Skeleton height={26} width={220} mb="lg" />
      <ListSkeleton />
    </>
  )
}
