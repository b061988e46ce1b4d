import { SideDrawer } from '#web/components/layout/side-drawer.tsx'
import { VerificationPanel } from './verification-panel.tsx'

interface VerificationDrawerProps {
  readonly isOpen: boolean
  readonly onClose: () => void
}

/** Verifies on request, and lists what was verified before. */
export const VerificationDrawer = ({ isOpen, onClose }: VerificationDrawerProps) => (
  <SideDrawer
    subject={isOpen ? 'verification' : null}
    title={() => 'Verification'}
    closeLabel="Close the verification"
    size="40rem"
    onClose={onClose}
  >
    {() => <VerificationPanel />}
  </SideDrawer>
)
