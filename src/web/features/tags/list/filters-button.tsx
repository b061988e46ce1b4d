import { Button } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconAdjustmentsHorizontal } from '@tabler/icons-react'
import { useState } from 'react'
import { lazyComponent } from '#web/components/layout/lazy-component.tsx'
import type { FiltersPanelProps } from './filters-panel.tsx'
import classes from './filters-button.module.css'

const FiltersPanel = lazyComponent(async () => (await import('./filters-panel.tsx')).FiltersPanel)

/**
 * The filters of a list and the button that shows them. In the page they are also shown while one
 * is on; a phone has no room for them there, and opens them in a sheet.
 */
export function useFilters(count: number) {
  const isSheet = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false })
  // Undefined: never opened, so that a page does not load their code.
  const [isOpened, setOpened] = useState<boolean>()
  const isOpen = isOpened === true || (!isSheet && count > 0)
  return {
    filtersButton: (
      <FiltersButton count={count} isOpen={isOpen} onClick={() => setOpened(!isOpen)} />
    ),
    filters: (props: Omit<FiltersPanelProps, 'isSheet' | 'isOpen' | 'onClose'>) =>
      (isOpen || isOpened !== undefined) && (
        <FiltersPanel
          {...props}
          isSheet={isSheet}
          isOpen={isOpen}
          onClose={() => setOpened(false)}
        />
      ),
  }
}

interface FiltersButtonProps {
  /** How many filters are on. */
  readonly count: number
  readonly isOpen: boolean
  readonly onClick: () => void
}

/** Shows the filters besides text, and says how many are on. */
const FiltersButton = ({ count, isOpen, onClick }: FiltersButtonProps) => (
  <Button
    variant="default"
    aria-expanded={isOpen}
    className={classes.root}
    leftSection={<IconAdjustmentsHorizontal size={16} aria-hidden />}
    onClick={onClick}
  >
    <span className={classes.word}>Filters</span>
    {count > 0 && <span>&nbsp;({count})</span>}
  </Button>
)
