import { passwordBounds } from '#domain/access/password.ts'
import { Button, Group, PasswordInput } from '@mantine/core'
import { IconDice3 } from '@tabler/icons-react'
import { useState } from 'react'
import { CopyButton } from '#web/components/form/copy-button.tsx'
import { suggestPassword } from './suggest-password.ts'

interface NewPasswordFieldProps {
  readonly value: string
  readonly onChange: (password: string) => void
  readonly error: string | null
}

/** A password for another person: typed, or generated here, and then readable to copy. */
export function NewPasswordField({ value, onChange, error }: NewPasswordFieldProps) {
  const [isVisible, setVisible] = useState(false)
  return (
    <div>
      <PasswordInput
        label="Password"
        description={`At least ${passwordBounds.minimum} characters`}
        autoComplete="new-password"
        required
        withAsterisk={false}
        maxLength={passwordBounds.maximum}
        value={value}
        error={error}
        visible={isVisible}
        onVisibilityChange={setVisible}
        visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      />
      <Group gap="xs" mt={6}>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconDice3 size={15} aria-hidden />}
          onClick={() => {
            onChange(suggestPassword())
            setVisible(true)
          }}
        >
          Generate
        </Button>
        {isVisible && value !== '' && <CopyButton value={value} what="the password" />}
      </Group>
    </div>
  )
}
