import { useState } from 'react'
import { lazily } from '#web/components/layout/lazily.tsx'
import { usePreload } from '#web/components/layout/use-preload.ts'
import type { DeletionOutcome } from './deletion/run-deletion.ts'
import type { DeletionTarget } from './list/selection.ts'

const TagDrawer = lazily(async () => (await import('./details/tag-drawer.tsx')).TagDrawer)

const DeletionDialog = lazily(
  async () => (await import('./deletion/deletion-dialog.tsx')).DeletionDialog,
)

interface ImageDialogsProps {
  readonly repository: string
  /** Whether there is something on the screen that could be deleted. */
  readonly isReady: boolean
  /** A tag, or the digest of an image without one. */
  readonly openTag: string | null
  readonly onClose: () => void
  /** Goes on to the details of another image. */
  readonly onOpen: (reference: string) => void
  readonly targets: readonly DeletionTarget[] | null
  readonly onTargets: (targets: readonly DeletionTarget[] | null) => void
  /** After a deletion, the tags that are gone with it. */
  readonly onGone: (tags: ReadonlySet<string>, outcomes: readonly DeletionOutcome[]) => void
  readonly noDeleteReason: string | null
}

/** What opens over a view of a repository: the details of an image, and the question of deleting. */
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
  // Not loaded before it is wanted; and then it stays, so that it can give the focus back.
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
