import type { WireGrant } from '#contract/accounts/accounts.ts'
import { Button } from '@mantine/core'
import { IconWorld } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ErrorState } from '#web/components/feedback/error-state.tsx'
import { SideDrawer } from '#web/components/layout/side-drawer.tsx'
import { showToast } from '#web/components/feedback/toast.tsx'
import { useFocusFallback } from '#web/components/layout/use-focus-fallback.ts'
import { accessSummary } from './access-labels.ts'
import { GrantsForm } from './grants-form.tsx'
import { saveAnonymousAccessMutation } from '../mutations.ts'
import classes from '../people.module.css'
import { anonymousAccessQuery } from '../queries.ts'

/** What can be pulled without signing in, and the form that changes it. */
export function AnonymousAccess() {
  const { data, error, isFetching, refetch } = useQuery(anonymousAccessQuery)
  const [isOpen, setOpen] = useState(false)
  if (error && !data) {
    return (
      <ErrorState
        title="Couldn’t load what is open to all"
        error={error}
        onRetry={() => void refetch()}
        isRetrying={isFetching}
      />
    )
  }
  return (
    <section className={classes.anonymous} aria-label="Without signing in">
      <IconWorld size={18} stroke={1.75} aria-hidden className={classes.anonymousIcon} />
      <p className={classes.text}>
        <b className={classes.anonymousName}>Without signing in</b>{' '}
        {data === undefined
          ? '…'
          : data.grants.length === 0
            ? 'nothing can be pulled.'
            : `anyone ${accessSummary({ isAdmin: false, grants: data.grants })}.`}
      </p>
      <Button
        variant="default"
        size="compact-sm"
        disabled={data === undefined}
        aria-label="Change what can be pulled without signing in"
        onClick={() => setOpen(true)}
      >
        Change…
      </Button>
      <SideDrawer
        subject={isOpen ? 'Without signing in' : null}
        title={(shown) => shown}
        closeLabel="Close"
        size="min(36rem, 100vw)"
        onClose={() => setOpen(false)}
      >
        {() => <Editor grants={data?.grants ?? []} />}
      </SideDrawer>
    </section>
  )
}

function Editor({ grants }: { grants: readonly WireGrant[] }) {
  const save = useMutation(saveAnonymousAccessMutation(useQueryClient()))
  useFocusFallback()
  return (
    <div className={classes.section}>
      <p className={classes.text}>
        Anyone who reaches this registry can pull what is listed here, without an account: a
        namespace with all in it (library), or one repository (library/base). Pushing, deleting and
        this dashboard still need one.
      </p>
      <GrantsForm
        isReading
        grants={grants}
        save={save}
        none="Nothing is open: pulling needs an account."
        onSaved={() => showToast('Saved what can be pulled without signing in')}
      />
    </div>
  )
}
