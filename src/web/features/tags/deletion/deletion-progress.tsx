import { Progress, Text } from '@mantine/core'

/** One call for each image, so a long deletion has a length. */
export function DeletionProgress({ done, total }: { done: number; total: number }) {
  if (total < 2) return null
  return (
    <div>
      <Text size="sm" mt="md" mb={4} role="status">
        Deleting {Math.min(done + 1, total)} of {total}
      </Text>
      <Progress value={(done / total) * 100} aria-label="Deletion" />
    </div>
  )
}
