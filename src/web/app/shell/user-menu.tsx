import { Menu } from '@mantine/core'
import { IconKey, IconLock, IconLogout } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import { signOutMutation } from '#web/features/session/mutations.ts'
import { messageOf } from '#web/api/api-error.ts'
import { paths } from '#web/api/page-paths.ts'
import { useSession } from '#web/api/session-context.ts'
import { showErrorToast } from '#web/components/feedback/toast.tsx'
import { lazyComponent } from '#web/components/layout/lazy-component.tsx'
import { usePreload } from '#web/components/layout/use-preload.ts'
import { UserButton } from './user-button.tsx'

// Loaded after the menu: few people open it for this.
const ChangePasswordDialog = lazyComponent(
  async () =>
    (await import('#web/features/session/change-password-dialog.tsx')).ChangePasswordDialog,
)

export function UserMenu() {
  const session = useSession()
  const signOut = useMutation(signOutMutation(useQueryClient()))
  const [isChanging, setChanging] = useState(false)
  usePreload(ChangePasswordDialog.load, true)
  return (
    <>
      <Menu
        position="bottom-end"
        width={200}
        defaultOpened
        withinPortal={false}
        withInitialFocusPlaceholder={false}
      >
        <Menu.Target>
          <UserButton />
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>
            {session.isAdmin ? 'Administrator' : 'Signed in'} as {session.name}
          </Menu.Label>
          <Menu.Item
            leftSection={<IconLock size={16} aria-hidden />}
            onClick={() => setChanging(true)}
          >
            Change password…
          </Menu.Item>
          <Menu.Item
            component={Link}
            to={paths.accessTokens}
            leftSection={<IconKey size={16} aria-hidden />}
          >
            Access tokens
          </Menu.Item>
          <Menu.Item
            leftSection={<IconLogout size={16} aria-hidden />}
            onClick={() =>
              signOut.mutate(undefined, { onError: (error) => showErrorToast(messageOf(error)) })
            }
          >
            Sign out
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isChanging && <ChangePasswordDialog onClose={() => setChanging(false)} />}
    </>
  )
}
