import type { CreatedAccessToken } from '#contract/accounts/access-tokens.ts'
import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { setupQuery } from '#web/api/setup-query.ts'
import { useEscape } from '#web/components/layout/use-escape.ts'
import { CommandBlock } from '#web/components/form/command-block.tsx'

interface CreatedTokenDialogProps {
  readonly token: CreatedAccessToken
  readonly onClose: () => void
}

/** Shows a token, once. Only its buttons close it, because the token cannot be shown again. */
export function CreatedTokenDialog({ token, onClose }: CreatedTokenDialogProps) {
  const { data } = useQuery(setupQuery)
  const host = data?.registryHost ?? window.location.host
  useEscape(true, () => undefined)
  return (
    <Modal
      opened
      onClose={onClose}
      closeOnClickOutside={false}
      closeOnEscape={false}
      title={`Copy ${token.name} now`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack gap="md">
        <Text>
          It is shown only once: the registry keeps just its fingerprint. Give it to a program as
          the password of {token.account}.
        </Text>
        <CommandBlock what="access token" commands={[token.token]} />
        <Text>Signing in asks for it, as for a password:</Text>
        <CommandBlock
          what="sign-in command"
          commands={[`docker login ${host} --username ${token.account}`]}
        />
        <Group justify="flex-end">
          <Button onClick={onClose} data-autofocus>
            I have copied it
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
