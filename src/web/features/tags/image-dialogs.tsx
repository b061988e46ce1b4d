import { useMemo, useState } from 'react'
import { lazyComponent } from '#web/components/layout/lazy-component.tsx'
import { usePreload } from '#web/components/layout/use-preload.ts'
import { useUrlState } from '#web/components/layout/use-url-state.ts'
import { DeletionContext } from './deletion/ask-to-delete-context.ts'
import type { DeletionOutcome } from './deletion/run-deletion.ts'
import type { DeletionTarget } from './list/selection.ts'
import { readView } from './list/tags-view.ts'
import { useOpenImage } from './use-open-image.ts'

const TagDrawer = lazyComponent(async () => (await import('./details/tag-drawer.tsx')).TagDrawer)

const DeletionDialog = lazyComponent(
  async () => (await import('./deletion/deletion-dialog.tsx')).DeletionDialog,
)

interface ImageDialogsProps {
  readonly repository: string
  /** Whether the page shows anything that could be deleted. */
  readonly isReady: boolean
  /** What to ask about before it is deleted; null: nothing. */
  readonly targets: readonly DeletionTarget[] | null
  readonly onTargets: (targets: readonly DeletionTarget[] | null) => void
  readonly onDeleted?: (outcomes: readonly DeletionOutcome[]) => void
  readonly noDeleteReason: string | null
}

/**
 * The dialogs over a view of a repository: the details of the image that the address names, and the
 * confirmation of a deletion.
 */
export function ImageDialogs({
  repository,
  isReady,
  targets,
  onTargets,
  onDeleted,
  noDeleteReason,
}: ImageDialogsProps) {
  const { openTag } = readView(useUrlState()[0])
  const openImage = useOpenImage()
  // Loaded at the first use; it then stays mounted, so that it can return the focus.
  const [isWanted, setWanted] = useState(openTag !== null)
  if (openTag !== null && !isWanted) setWanted(true)
  usePreload(DeletionDialog.load, isReady)
  const offer = useMemo(
    () => ({ noDeleteReason, askToDelete: onTargets }),
    [noDeleteReason, onTargets],
  )
  const finish = (outcomes: readonly DeletionOutcome[]) => {
    onDeleted?.(outcomes)
    const done = outcomes.filter(({ isDone }) => isDone)
    const gone = new Set(done.flatMap(({ step }) => [step.reference, ...step.tags]))
    if (openTag !== null && gone.has(openTag)) openImage(null)
  }
  return (
    <>
      {isWanted && (
        <DeletionContext value={offer}>
          <TagDrawer repository={repository} tag={openTag} onClose={() => openImage(null)} />
        </DeletionContext>
      )}
      {targets && (
        <DeletionDialog
          repository={repository}
          targets={targets}
          onClose={() => onTargets(null)}
          onFinished={finish}
        />
      )}
    </>
  )
}
