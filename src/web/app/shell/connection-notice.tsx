import { Alert } from '@mantine/core'
import { IconPlugConnectedX } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore } from 'react'
import { connection } from '#web/api/connection.ts'
import classes from './shell.module.css'

const retryMs = 5000

/**
 * Says that the server does not answer, above a page that still shows what it loaded. Retries by
 * itself, and refetches everything after the first answer.
 */
export function ConnectionNotice() {
  const client = useQueryClient()
  const isConnected = useSyncExternalStore(connection.subscribe, connection.isConnected)
  useEffect(() => {
    if (isConnected) return undefined
    const timer = setInterval(() => {
      void client.refetchQueries({ type: 'active' }, { cancelRefetch: false })
    }, retryMs)
    return () => {
      clearInterval(timer)
      void client.invalidateQueries()
    }
  }, [isConnected, client])
  if (isConnected) return null
  return (
    <Alert
      className={classes.notice}
      color="ember"
      radius={0}
      role="status"
      icon={<IconPlugConnectedX aria-hidden />}
    >
      {navigator.onLine ? 'The server cannot be reached.' : 'This computer is offline.'} What you
      see may be out of date. Trying again…
    </Alert>
  )
}
