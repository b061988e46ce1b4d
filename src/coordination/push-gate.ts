import type { PushMode } from '#domain/policy/collection-policy.ts'
import type { StopSignal } from '#domain/time/clock.ts'

export interface GateRequest {
  readonly repository: string
  /** `upload`: bytes, a mount, or the start of either. `commit`: a manifest. */
  readonly step: 'upload' | 'commit'
  /**
   * How a commit names its manifest; default: `tag`. A manifest that is committed by digest is
   * usually followed by the index that lists it, so the push counts as running until it is idle.
   */
  readonly reference?: 'tag' | 'digest'
  /**
   * How long to wait for a closed gate, in milliseconds. By default the mode of the collection
   * decides: not at all, or as long as it holds pushes.
   */
  readonly patienceMs?: number
}

export interface GateRefusal {
  readonly entered: false
  /** About how long the gate stays closed; null while that is unknown. */
  readonly secondsLeft: number | null
}

export interface GatePass {
  readonly entered: true
  /**
   * Call it when the write has ended, also when it failed. A second call does nothing. None of
   * these three waits, or throws: a gate that cannot be told yet has the write inside for longer.
   */
  leave(): void
  /**
   * Reports that the write now waits for bytes of its client. A collection does not wait for an
   * upload that trickles.
   */
  awaits(): void
  /** Reports that this many more bytes have come. */
  got(bytes: number): void
}

export type GateAnswer = GatePass | GateRefusal

/** The writers' side. Pulls, deletions and tags do not pass the gate. */
export interface PushGate {
  /**
   * Asks to write. It resolves at once while the gate is open or refuses pushes, and later for a
   * patient request or in a mode that holds pushes. Callers must call `leave()` in a `finally`.
   */
  enter(request: GateRequest): Promise<GateAnswer>
}

export interface GateClosing {
  readonly mode: Exclude<PushMode, 'accept-pushes'>
  /** How long writes inside and running pushes may take to finish. */
  readonly maximumWaitMs: number
  readonly signal?: StopSignal
}

/**
 * The side of a collection, which must open the gate that it closed, also when it fails. A gate
 * whose process died opens by itself. No image depends on the gate: it only spares pushes a
 * removal of what they were about to use, which the leases would find out.
 */
export interface GateKeeper {
  /**
   * Refuses new pushes from now on, and resolves when the running ones have ended (`closed`) or the
   * signal stops it (`stopped`). After the longest wait it does not wait for uploads (what they
   * write is no candidate), but a manifest that is still being committed makes it `busy`, because
   * it may name what would be deleted. The gate is closed in all three cases. Rejects with
   * `CollectionError` `GATE_CLOSED` when it is closed already.
   */
  close(closing: GateClosing): Promise<'closed' | 'stopped' | 'busy'>
  /** How long the collection will take, which refused writers are told, soon. Never throws. */
  estimate(remainingMs: number | null): void
  /** Resolves when writers are let in again. Of an open gate it does nothing. */
  open(): Promise<void>
}
