import type { SignInRequest } from '#contract/accounts/session.ts'
import { Alert, Button, PasswordInput, Paper, Stack, TextInput, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Suspense, useEffect, useRef, type FormEvent } from 'react'
import { Navigate, useSearchParams } from 'react-router'
import { demoAccounts } from '#web/api/demo-accounts.ts'
import { isSignedOut, messageOf } from '#web/api/api-error.ts'
import { Logo } from '#web/components/layout/logo.tsx'
import { DemoSignIn } from './demo-sign-in.tsx'
import { destinationFrom } from './destination.ts'
import { signInMutation } from './mutations.ts'
import { endedSessionQuery, sessionQuery } from './queries.ts'
import classes from './sign-in-page.module.css'

interface SignInPageProps {
  /** It covers the page of a session that has ended, which then goes on. */
  readonly coversPage?: boolean
}

export function SignInPage({ coversPage = false }: SignInPageProps) {
  const client = useQueryClient()
  const { data: session } = useQuery(sessionQuery)
  const { data: ended } = useQuery(endedSessionQuery)
  const signIn = useMutation(signInMutation(client))
  const [parameters] = useSearchParams()
  const name = useRef<HTMLInputElement>(null)
  const password = useRef<HTMLInputElement>(null)

  useEffect(() => {
    document.title = 'Sign in · Jetsam'
    // The form is the only thing on this page, so taking the focus skips nothing.
    name.current?.focus()
  }, [])

  if (session) {
    return coversPage ? null : <Navigate to={destinationFrom(parameters.get('from'))} replace />
  }

  const signInWith = (credentials: SignInRequest) => {
    if (signIn.isPending) return
    signIn.mutate(credentials, {
      onError: () => {
        password.current?.focus()
        password.current?.select()
      },
    })
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    // Read from the form, not from state: browsers fill in passwords without an event for React.
    signInWith({ name: name.current?.value ?? '', password: password.current?.value ?? '' })
  }
  const demo = demoAccounts()

  return (
    <main className={classes.page}>
      <Paper className={classes.card} withBorder p="xl" radius="md">
        <Logo size={40} className={classes.logo} />
        <Title order={1} ta="center" mt="sm">
          Sign in to Jetsam
        </Title>
        <form onSubmit={submit}>
          <Stack gap="md" mt="lg">
            {signIn.error ? (
              <Alert color="red" role="alert">
                {isSignedOut(signIn.error) ? 'Wrong name or password.' : messageOf(signIn.error)}
              </Alert>
            ) : ended ? (
              <Alert color="ember" role="status">
                Your session has ended: it expired, or was ended elsewhere. Sign in again to go on
                where you were.
              </Alert>
            ) : null}
            <TextInput
              ref={name}
              label="Name"
              name="username"
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              required
              withAsterisk={false}
            />
            <PasswordInput
              ref={password}
              label="Password"
              name="password"
              autoComplete="current-password"
              required
              withAsterisk={false}
            />
            <Button type="submit" loading={signIn.isPending} fullWidth>
              Sign in
            </Button>
          </Stack>
        </form>
        {demo && (
          <Suspense fallback={null}>
            <DemoSignIn
              accounts={demo}
              onChoose={(account) => signInWith({ name: account.name, password: account.password })}
            />
          </Suspense>
        )}
      </Paper>
    </main>
  )
}
