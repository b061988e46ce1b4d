import { Skeleton } from '@mantine/core'
import { ListSkeleton } from '#web/components/table/list-skeleton.tsx'

/** While the code of a page is on the way. */
export function PageSkeleton() {
  return (
    <>
      <Skeleton height={26} width={220} mb="lg" />
      <ListSkeleton />
    </>
  )
}
