import { Button } from '@mantine/core'
import { IconAdjustmentsHorizontal } from '@tabler/icons-react'

interface FiltersButtonProps {
  /** How many filters are on. */
  readonly count: number
  /** Whether the filters are shown. */
  readonly isShown: boolean
  readonly onClick: () => void
}

/** Shows the filters besides text, and says how many are on. */
export const FiltersButton = ({ count, isShown, onClick }: FiltersButtonProps) => (
  <Button
    variant="default"
    aria-expanded={isShown}
    leftSection={<IconAdjustmentsHorizontal size={16} aria-hidden />}
    onClick={onClick}
  >
    Filters{count > 0 && ` (${count})`}
  </Button>
)
