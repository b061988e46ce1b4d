import type { Kysely } from 'kysely'
import type { BlobLeases, LeaseControl } from '#coordination/blob-leases.ts'
import type { Agreement } from '#adapters/postgres/coordination/agreement.ts'
import {
  agreementSteps,
  type AgreementSteps,
} from '#adapters/postgres/coordination/agreement-steps.ts'
import { createAgreement } from '#adapters/postgres/coordination/create-agreement.ts'
import {
  createMembership,
  membershipTimes,
  type Membership,
} from '#adapters/postgres/coordination/membership.ts'
import { createPostgresBlobLeases } from '#adapters/postgres/coordination/postgres-blob-leases.ts'
import type { Clocks } from '#adapters/postgres/coordination/steady-clocks.ts'
import {
  createToldDigests,
  type ToldDigests,
} from '#adapters/postgres/coordination/told-digests.ts'
import type { Bits } from '../world.ts'
import { createProcess, type Process, type Rest } from './process.ts'

/** The parts of the adapter that hold rules, each of which may be replaced. */
export interface Parts {
  readonly steps: AgreementSteps
  readonly agreement: (made: Agreement) => Agreement
  readonly told: (made: ToldDigests) => ToldDigests
  readonly membership: (made: Membership) => Membership
  readonly clocks: (made: Clocks) => Clocks
  readonly leases: (made: BlobLeases, agreement: Agreement) => BlobLeases
}

export const wholeParts: Parts = {
  steps: agreementSteps,
  agreement: (made) => made,
  told: (made) => made,
  membership: (made) => made,
  clocks: (made) => made,
  leases: (made) => made,
}

/** One of several servers, which is held before each of its transactions. */
export interface PlayedServer {
  readonly agreement: Agreement
  readonly membership: Membership
  /** Learns what is condemned. */
  readonly loading: Process
  /** What clients were told by it, while it is one of the servers. */
  told: Bits
  /** As an act of a client sees it, which is held before it asks. */
  forAct(act: Process): {
    readonly leases: BlobLeases
    /** For what is asked a second time. */
    readonly pushes: BlobLeases
  }
  /** As a collection sees it. */
  forRun(run: Process): LeaseControl
  /** So much time passes that it lapses, by its own clocks. */
  lapse(): void
}

type Call = keyof Agreement

/** The same, held by a process before some of the calls. */
function heldBefore(
  agreement: Agreement,
  process: Process,
  places: Readonly<Partial<Record<Call, string>>>,
): Agreement {
  const held = Object.entries(places).map(([call, place]) => [
    call,
    async (...words: never[]) => {
      await process.hold(place)
      return await (agreement[call as Call] as (...all: never[]) => Promise<unknown>)(...words)
    },
  ])
  return { ...agreement, ...Object.fromEntries(held) } as Agreement
}

/** Joins the servers of a database. */
export async function startPlayedServer(
  db: Kysely<unknown>,
  parts: Parts,
  rest: Rest,
): Promise<PlayedServer> {
  let passedMs = 0
  const now = () => passedMs
  const clocks = parts.clocks({ monotonicMs: now, wallMs: now })
  const agreement = parts.agreement(createAgreement(db, parts.steps))
  const told = parts.told(createToldDigests({ clock: { nowMs: now } }))
  const loading = createProcess(rest)
  const membership = parts.membership(
    createMembership({
      agreement: heldBefore(agreement, loading, { acknowledge: 'acknowledges' }),
      name: 'played',
      clocks,
      told,
    }),
  )
  await membership.beat()
  const closed = new AbortController().signal
  const common = { membership, told, clocks, closed, wait: () => Promise.resolve() }
  return {
    agreement,
    membership,
    loading,
    told: 0,
    forAct(act) {
      const held = heldBefore(agreement, act, { pardon: 'ask', intend: 'intend' })
      return {
        leases: parts.leases(createPostgresBlobLeases({ ...common, agreement: held }), agreement),
        pushes: createPostgresBlobLeases({ ...common, agreement }),
      }
    },
    forRun: (run) =>
      createPostgresBlobLeases({
        ...common,
        agreement: heldBefore(agreement, run, {
          condemn: 'condemn',
          notLoaded: 'barrier',
          sentence: 'sentence',
        }),
      }),
    lapse() {
      passedMs += membershipTimes.lapseMs
    },
  }
}
