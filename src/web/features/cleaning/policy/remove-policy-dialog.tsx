import type { WireRetentionPolicy } from '#contract/rules/retention.ts'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ConfirmDialog, confirming } from '#web/components/feedback/confirm-dialog.tsx'
import { showToast } from '#web/components/feedback/toast.tsx'
import { removePolicy } from '../mutations.ts'
import { registryScope, scopeName } from '../scope.ts'

interface RemovePolicyDialogProps {
  readonly policy: WireRetentionPolicy
  readonly onClose: () => void
}

export function RemovePolicyDialog({ policy, onClose }: RemovePolicyDialogProps) {
  const remove = useMutation(removePolicy(useQueryClient()))
  const { scope, version, rules } = policy
  const name = scopeName(scope)
  return (
    <ConfirmDialog
      {...confirming(
        remove,
        { scope, version },
        {
          onClose,
          onDone: () => showToast(`Removed the policy of ${name}`),
        },
      )}
      title={`Remove the policy of ${name}?`}
      confirmLabel="Remove policy"
      isDangerous
      startsAtCancel
    >
      {scope === registryScope
        ? 'Where no narrower policy is, nothing is cleaned by rule any more.'
        : 'The next wider policy decides then, if there is one.'}
      {rules.some(({ verb }) => verb === 'protect') &&
        ' Tags that only this policy protects can be deleted and moved from then on.'}
    </ConfirmDialog>
  )
}
