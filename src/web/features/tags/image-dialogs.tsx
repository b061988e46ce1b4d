import { useState } from 'react'
import { lazyComponent } from '#web/components/layout/lazy-component.tsx'
import { usePreload } from '#web/components/layout/use-preload.ts'
import type { DeletionOutcome } from './deletion/run-deletion.ts'
import type { DeletionTarget } from './list/selection.ts'

const TagDrawer = lazyComponent(async () => (await import('./details/tag-drawer.tsx')).TagDrawer)

const DeletionDialog = lazyComponent(
  async () => (await import('./deletion/deletion-dialog.tsx')).DeletionDialog,
)

interface ImageDialogsProps {
  readonly repository: string
  /** Whether the page shows anything that could be deleted. */
  readonly isReady: boolean
  /** A tag, or the digest of an image without one. */
  readonly openTag: string | null
  readonly onClose: () => void
  /** Opens the details of another image. */
  readonly onOpen: (reference: string) => void
  readonly targets: readonly DeletionTarget[] | null
  readonly onTargets: (targets: readonly DeletionTarget[] | null) => void
  /** Called after a deletion, with the tags that are gone. */
  readonly onGone: (tags: ReadonlySet<string>, outcomes: readonly DeletionOutcome[]) => void
  readonly noDeleteReason: string | null
}

/**
 * The dialogs over a view of a repository: the details of an image, and the confirmation of a
 * deletion.
 */
export function ImageDialogs({
  repository,
  isReady,
  openTag,
  onClose,
  onOpen,
  targets,
  onTargets,
  onGone,
  noDeleteReason,
}: ImageDialogsProps) {
  // Loaded at the first use; it then stays mounted, so that it can return the focus.
  const [isWanted, setWanted] = useState(openTag !== null)
  if (openTag !== null && !isWanted) setWanted(true)
  usePreload(DeletionDialog.load, isReady)
  const finish = (outcomes: readonly DeletionOutcome[]) => {
    const done = outcomes.filter(({ isDone }) => isDone)
    onGone(new Set(done.flatMap(({ step }) => [step.reference, ...step.tags])), outcomes)
  }
  return (
    <>
      {isWanted && (
        <TagDrawer
          repository={repository}
          tag={openTag}
          onClose={onClose}
          onOpen={onOpen}
          onDelete={({ name, digest }) => onTargets([{ name, digest }])}
          noDeleteReason={noDeleteReason}
        />
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
