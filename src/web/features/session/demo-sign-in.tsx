import { Button, Group, Text } from '@mantine/core'
import { use } from 'react'
import type { DemoAccount } from '#web/api/demo-accounts.ts'

interface DemoSignInProps {
  readonly accounts: Promise<readonly DemoAccount[]>
  readonly onChoose: (account: DemoAccount) => void
}

/** Signs in to a demonstration without a password. */
export function DemoSignIn({ accounts, onChoose }: DemoSignInProps) {
  return (
    <section aria-label="Demonstration">
      <Text size="sm" c="dimmed" ta="center" mt="lg">
        The registry of this demonstration is inside your browser. Look around as
      </Text>
      <Group justify="center" gap="xs" mt="xs">
        {use(accounts).map((account) => (
          <Button key={account.name} variant="default" size="xs" onClick={() => onChoose(account)}>
            {account.name}, {account.isAdmin ? 'an administrator' : 'a developer'}
          </Button>
        ))}
      </Group>
    </section>
  )
}
