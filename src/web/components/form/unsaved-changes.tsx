import { use, useEffect, useRef, useState } from 'react'
import {
  UNSAFE_NavigationContext as NavigationContext,
  useLocation,
  type Navigator,
  type To,
} from 'react-router'
import { ConfirmDialog } from '../feedback/confirm-dialog.tsx'
import { guardHistory, guardLeaving } from './leaving.ts'

interface UnsavedChangesProps {
  /** The form differs from what is saved. */
  readonly isChanged: boolean
}

/**
 * Part of a form: while it has changes, closing what holds it (by `leaveBy`), opening another page,
 * going back and closing the tab ask once.
 */
export function UnsavedChanges({ isChanged }: UnsavedChangesProps) {
  const [leave, setLeave] = useState<(() => void) | null>(null)
  useEffect(
    () => (isChanged ? guardLeaving((wanted) => setLeave(() => wanted)) : undefined),
    [isChanged],
  )
  useGuardedNavigation(isChanged, (wanted) => setLeave(() => wanted))
  if (leave === null) return null
  return (
    <ConfirmDialog
      title="Discard your changes?"
      confirmLabel="Discard changes"
      cancelLabel="Keep editing"
      startsAtCancel
      isDangerous
      onClose={() => setLeave(null)}
      onConfirm={() => {
        setLeave(null)
        leave()
      }}
    >
      What you have changed here is not saved yet.
    </ConfirmDialog>
  )
}

const indexOf = (state: unknown): number | null => {
  const index = (state as { readonly idx?: unknown } | null)?.idx
  return typeof index === 'number' ? index : null
}

/** Lets `gate` decide whether and when an address is opened, until the returned function is called. */
function gateNavigator(navigator: Navigator, gate: (to: To, go: () => void) => void): () => void {
  const { push, replace } = navigator
  navigator.push = (to, ...rest) => gate(to, () => push.call(navigator, to, ...rest))
  navigator.replace = (to, ...rest) => gate(to, () => replace.call(navigator, to, ...rest))
  return () => {
    navigator.push = push
    navigator.replace = replace
  }
}

/** The plain router has no blocker, so that this stands between the links and its history. */
function useGuardedNavigation(isOn: boolean, ask: (leave: () => void) => void): void {
  const { navigator } = use(NavigationContext)
  const { pathname, key } = useLocation()
  const latestAsk = useRef(ask)
  const here = useRef<number | null>(null)
  useEffect(() => {
    latestAsk.current = ask
  })
  useEffect(() => {
    here.current = indexOf(window.history.state)
  }, [key])
  useEffect(() => {
    if (!isOn) return undefined
    let isLeaving = false
    const ungate = gateNavigator(navigator, (to, go) => {
      const path = typeof to === 'string' ? to.split(/[?#]/)[0] : to.pathname
      // A session that has ended leaves nothing to save to.
      if (isLeaving || !path || path === pathname || path.startsWith('/sign-in')) go()
      else {
        latestAsk.current(() => {
          isLeaving = true
          go()
        })
      }
    })

    let isReturning = false
    const onPop = (event: PopStateEvent): void => {
      if (isReturning) {
        isReturning = false
        event.stopImmediatePropagation()
        return
      }
      const there = indexOf(event.state)
      if (isLeaving || there === null || here.current === null) return
      const steps = there - here.current
      if (steps === 0) return
      // The browser has gone there already: back to the form, and ask.
      event.stopImmediatePropagation()
      isReturning = true
      window.history.go(-steps)
      latestAsk.current(() => {
        isLeaving = true
        window.history.go(steps)
      })
    }
    const onUnload = (event: BeforeUnloadEvent): void => {
      if (!isLeaving) event.preventDefault()
    }
    const unguard = guardHistory(onPop)
    window.addEventListener('beforeunload', onUnload)
    return () => {
      ungate()
      unguard()
      window.removeEventListener('beforeunload', onUnload)
    }
  }, [isOn, navigator, pathname])
}
