import { Skeleton } from '@mantine/core'
import { VisuallyHiddenStatus } from '../feedback/visually-hidden-status.tsx'

/** The shape of a list, shown while its first page loads. */
export function ListSkeleton({ rows = 8, rowHeight = 44 }: { rows?: number; rowHeight?: number }) {
  return (
    <div>
      <VisuallyHiddenStatus>Loading</VisuallyHiddenStatus>
      <div aria-hidden>
        {Array.from({ length: rows }, (_, row) => (
          <div key={row} style={{ height: rowHeight, padding: '0.75rem 1rem' }}>
            <Skeleton height={14} width={`${92 - ((row * 37) % 40)}%`} radius="xl" />
          </div>
        ))}
      </div>
    </div>
  )
}
