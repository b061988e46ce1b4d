import type { WireAccount } from '#contract/accounts/accounts.ts'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { showToast } from '#web/components/feedback/toast.tsx'
import { GrantsForm } from './grants-form.tsx'
import { saveAccessMutation } from '../mutations.ts'
import classes from '../people.module.css'

/** What an account may do, by namespace and repository. */
export function AccessEditor({ account: { name, isAdmin, grants } }: { account: WireAccount }) {
  const save = useMutation(saveAccessMutation(useQueryClient(), name))
  return (
    <section className={classes.section} aria-label="Access">
      <h3 className={classes.heading}>Access</h3>
      <p className={classes.text}>
        {isAdmin
          ? `${name} is an administrator and may do everything. This counts once they no longer are.`
          : 'To a namespace with all in it (team), or to one repository (team/app). Where both are listed, the narrower one counts.'}
      </p>
      <GrantsForm
        grants={grants}
        save={save}
        none={isAdmin ? 'Nothing is listed.' : 'No access, except to what is open to all.'}
        onSaved={() => showToast(`Saved what ${name} may do`)}
      />
    </section>
  )
}
