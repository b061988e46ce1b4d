/** A held lock. Its holder keeps it alive (the heartbeat is the adapter's affair). */
export interface StorageLease {
  /** True once somebody else may have taken over: the run must end before its next deletion. */
  isLost(): boolean
  release(): Promise<void>
}

/**
 * Lets only one process collect on one storage. A holder that died is taken over after its
 * heartbeat has been missing for some time; a holder that lives is never robbed.
 */
export interface StorageLock {
  acquire(): Promise<
    | { readonly ok: true; readonly lease: StorageLease }
    /** Who holds it, in words a person can act on: `process 4711 on host build-3`. */
    | { readonly ok: false; readonly holder: string }
  >
}
