import { Anchor } from '@mantine/core'
import { Link } from 'react-router'
import { paths } from '#web/api/page-paths.ts'
import { useSession } from '#web/api/session-context.ts'
import { useUrlState } from '#web/components/layout/use-url-state.ts'
import { CleaningView } from './cleaning-view.tsx'
import { RunningPanel } from './running/running-panel.tsx'
import { CleaningHistory } from './run/cleaning-history.tsx'
import { readScope, registryScope } from './scope.ts'
import { SchedulePanel } from './settings/schedule-panel.tsx'
import { ScopesPanel } from './settings/scopes-panel.tsx'
import { SettingsDrawer } from './settings/settings-drawer.tsx'
import { useMayChange } from './use-may-change.ts'

/**
 * Settings › Cleaning: what goes by rule, of the registry or of one namespace or repository.
 * Administrators can change it, and those with admin access to a scope its policy; everyone else
 * can read it.
 */
export function CleaningPage() {
  const { isAdmin } = useSession()
  const [parameters, updateUrl] = useUrlState()
  const { mayChange } = useMayChange()
  const scope = readScope(parameters)
  return (
    <>
      <CleaningView
        scope={scope}
        canEdit={mayChange(scope)}
        heading={{
          title: scope === registryScope ? 'Cleaning' : `Cleaning of ${scope}`,
          description:
            scope === registryScope ? (
              'Rules that move to the trash what is no longer needed.'
            ) : (
              <Anchor component={Link} to={paths.cleaning()} inherit>
                See the whole registry
              </Anchor>
            ),
        }}
      >
        <SchedulePanel isAdmin={isAdmin} onEdit={() => updateUrl({ open: 'settings' })} />
        {isAdmin && <RunningPanel />}
        <ScopesPanel scope={scope} />
        <CleaningHistory />
      </CleaningView>
      {isAdmin && (
        <SettingsDrawer
          isOpen={parameters.get('open') === 'settings'}
          onClose={() => updateUrl({ open: null })}
        />
      )}
    </>
  )
}
