import { Button } from '@mantine/core'
import type { usePreview } from './use-preview.ts'

interface RunActionsProps {
  readonly preview: ReturnType<typeof usePreview>
  /** Opens the confirmation that starts a collection. */
  readonly onRun: () => void
}

/** Preview and Run now, beside the page's title. */
export const RunActions = ({ preview, onRun }: RunActionsProps) => (
  <>
    <Button variant="default" loading={preview.isPending} onClick={preview.start}>
      Preview
    </Button>
    <Button onClick={onRun}>Run now</Button>
  </>
)
