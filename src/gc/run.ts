import type { CollectionPolicy } from '#domain/policy/collection-policy.ts'
import type {
  CollectionResult,
  PlannedRemoval,
  Verification,
} from '#domain/collection/collection-result.ts'
import { formatByteSize } from '#domain/values/byte-size.ts'
import { analyze, untaggedMinimumAgeMsOf, type GcAnalysis } from './mark/analyze.ts'
import { reasonOf } from '#domain/collection/collection-error.ts'
import type { LeaseControl } from '#coordination/blob-leases.ts'
import { GivenUp } from '#coordination/given-up.ts'
import { createYielder, CollectionStopped } from './yielder.ts'
import { makePlan, restrictPlan, type CollectionPlan, type PlannedCollection } from './plan/plan.ts'
import type { Clock, Pause, StopSignal } from '#domain/time/clock.ts'
import type { CollectionEvent } from './ports/collection-event.ts'
import type { ClientPriority } from './ports/client-priority.ts'
import type { RegistryReader } from './ports/registry-reader.ts'
import type { RegistryRemover } from './ports/registry-remover.ts'
import { createProgressMeter, type ProgressMeter } from './progress.ts'
import type { GateKeeper } from '#coordination/push-gate.ts'
import { resultOf } from './collection-result.ts'
import { createStopwatch } from '#domain/time/stopwatch.ts'
import { describeNotFreed } from './sweep/not-freed.ts'
import { estimateStoredParts } from './stored/stored-bytes.ts'
import { sweep, type Swept } from './sweep/sweep.ts'
import { verifyTags } from './verify/verify.ts'
import { whileGateClosed } from './with-gate-closed.ts'

export interface CollectionOptions {
  readonly reader: RegistryReader
  readonly remover: RegistryRemover
  /** Null where no client can push during the run (the command line on a store at rest). */
  readonly writers: {
    readonly gate: GateKeeper
    readonly leases: Pick<LeaseControl, 'startCollection' | 'endCollection'>
  } | null
  readonly clock: Clock
  readonly pause: Pause
  readonly policy: Pick<
    CollectionPolicy,
    'timeLimitMinutes' | 'whileCollecting' | 'collectUntagged' | 'untaggedMinimumAgeHours'
  > &
    Partial<Pick<CollectionPolicy, 'acceptSparseIndexes'>>
  /** Makes the plan and does not sweep it. */
  readonly dryRun: boolean
  /** Removes at most these (an earlier plan's items) of what is garbage now. */
  readonly atMost?: readonly PlannedRemoval[]
  /** Images that were deleted less than this many hours ago stay this time. */
  readonly spareDeletedHours?: number | null
  readonly signal?: StopSignal
  /** Receives progress (thinned) and log lines. Must not throw. */
  readonly emit?: (event: CollectionEvent) => void
  /** How long running pushes may take to finish before the sweep starts. Default 30 s. */
  readonly maximumWaitMs?: number
  /**
   * How many removals may run at once; a run that is stopped waits for these. Default: 1,000, or
   * 100 where pushes continue during the run.
   */
  readonly removalsAtOnce?: number
  /** How many of them a storage removes best in one call. Default: 250. */
  readonly removalsInBatch?: number
  /**
   * Gives requests of clients priority, except while the gate is closed, when they wait for the
   * run. Default: none.
   */
  readonly clientPriority?: ClientPriority
  /**
   * Leaves out of the result what the stored bytes are there for, for a command that keeps no
   * result: that takes as long as to make the plan from what was marked.
   */
  readonly withoutStoredParts?: boolean
}

export interface Collection {
  readonly result: CollectionResult
  /** Null when the run was stopped before it had a plan. */
  readonly plan: CollectionPlan | null
}

const minuteMs = 60_000
const defaultMaximumWaitMs = 30_000
/**
 * An item counts as absent during its removal, and a client that writes it again waits for all
 * removals that run with it.
 */
const removalsBesidePushes = 100

/** The state of one run. */
interface Run {
  readonly options: CollectionOptions
  readonly meter: ProgressMeter
  readonly over: () => 'stopped' | 'time limit' | null
  readonly log: (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void
}

/**
 * Runs one collection, or plans one. Pushes continue while it marks, and what they rely on is
 * leased; the gate is closed for the sweep alone, and only if the policy says so. Resolves also
 * when the run was stopped or its time was up, with what is left, from where the next run
 * continues. Rejects with `CollectionError` when it ended before its first deletion. The gate is
 * open again in either case.
 */
export async function runCollection(options: CollectionOptions): Promise<Collection> {
  const { clock, policy, signal, emit = () => {} } = options
  const elapsedMs = createStopwatch(clock)
  const limitMs = policy.timeLimitMinutes === null ? null : policy.timeLimitMinutes * minuteMs
  const writers = options.dryRun ? null : options.writers
  const run: Run = {
    options,
    over() {
      if (signal?.aborted) return 'stopped'
      return limitMs !== null && elapsedMs() >= limitMs ? 'time limit' : null
    },
    log: (level, message) => emit({ kind: 'log', level, message }),
    meter: createProgressMeter(clock, (progress) => {
      if (progress.phase === 'sweeping') writers?.gate.estimate(progress.remainingMs)
      emit({ kind: 'progress', progress })
    }),
  }
  // At once: who starts a run is told how far it is.
  run.meter.begin('marking', 0)
  // Before the first read of storage: the inventory may miss what is written from now on.
  await writers?.leases.startCollection({
    includePushLeases: policy.whileCollecting !== 'reject-pushes',
    isGivenUp: () => run.over() !== null,
  })
  try {
    return await collect(run)
  } finally {
    await writers?.leases.endCollection()
  }
}

async function collect(run: Run): Promise<Collection> {
  const { options, meter, log, over } = run
  const { reader, clock, pause, policy } = options
  const yielder = createYielder({ clock, pause, over, clientPriority: options.clientPriority })
  try {
    const endedBy = over()
    if (endedBy) throw new CollectionStopped(endedBy)
    const analysis = await analyze({
      reader,
      nowMs: clock.nowMs(),
      yielder,
      untaggedMinimumAgeMs: untaggedMinimumAgeMsOf(policy),
      spareDeletedSinceMs: spareSinceMs(run),
      report: meter.at,
    })
    const whole = await makePlan(analysis, yielder)
    const planned = options.atMost ? restrictPlan(whole, options.atMost) : whole
    logPlan(planned.plan, run)
    if (options.dryRun) {
      return { result: resultOf(options.dryRun, planned.plan, null, null), plan: planned.plan }
    }
    const stored = options.withoutStoredParts
      ? {}
      : { storedParts: await estimateStoredParts(analysis, yielder) }
    const result = { ...(await execute(analysis, planned, run)), ...stored }
    return { result, plan: planned.plan }
  } catch (error) {
    if (!(error instanceof CollectionStopped)) throw error
    log('warn', `ended before there was a plan (${error.endedBy}); nothing was removed`)
    return {
      plan: null,
      result: { ...resultOf(options.dryRun, null, null, null), endedBy: error.endedBy },
    }
  }
}

/** Null: none is spared. */
function spareSinceMs({ options: { clock, spareDeletedHours }, log }: Run): number | null {
  if (spareDeletedHours === undefined || spareDeletedHours === null) return null
  log('info', `what was deleted in the last ${spareDeletedHours} h stays this time`)
  return clock.nowMs() - spareDeletedHours * 60 * minuteMs
}

function logPlan(plan: CollectionPlan, { options, log }: Run): void {
  const { totals, faults, items } = plan
  for (const { repository, reason } of faults) {
    log('warn', `${repository ?? 'the registry'}: ${reason}; all that it may need is kept`)
  }
  log(
    'info',
    `${options.dryRun ? 'would free up to' : 'to free, at most'}: ${formatByteSize(totals.bytes)} ` +
      `(${totals.layers} layers, ${totals.manifests} manifests, ${items.length} steps)`,
  )
}

async function execute(
  analysis: GcAnalysis,
  planned: PlannedCollection,
  run: Run,
): Promise<CollectionResult> {
  const { options, log } = run
  const { swept, gateClosedMs } = await sweepBehindGate(planned, run)
  for (const { repository, reason } of swept.leftIn) {
    log('warn', `${repository} is left to the next run: ${reason}`)
  }
  for (const { subject, reason } of swept.failures) log('error', `${subject}: ${reason}`)
  if (swept.skipped > 0)
    log('warn', `${stepsOf(swept.skipped)} skipped: in use again, or still needed`)
  log('info', `freed ${formatByteSize(swept.removed.bytes)}; ${keptOut(gateClosedMs)}`)
  const notFreed = describeNotFreed(swept)
  if (notFreed !== null) log('warn', notFreed)
  const verification = swept.endedBy === 'stopped' ? null : await verify(analysis, swept, run)
  return { ...resultOf(options.dryRun, planned.plan, swept, verification), gateClosedMs }
}

function unlessItIsGivenUp(error: unknown): void {
  if (!(error instanceof GivenUp)) throw error
}

const stepsOf = (count: number): string => (count === 1 ? '1 step' : `${count} steps`)

const keptOut = (gateClosedMs: number): string =>
  gateClosedMs === 0
    ? 'pushes went on all the time'
    : `pushes were kept out for ${(gateClosedMs / 1000).toFixed(1)} s`

/**
 * Sweeps while the gate is closed, if the policy says so and there is anything to remove. The gate
 * opens before the verification, which needs no client to wait.
 */
async function sweepBehindGate(
  planned: PlannedCollection,
  run: Run,
): Promise<{ swept: Swept; gateClosedMs: number }> {
  const { clock, policy, writers } = run.options
  const { maximumWaitMs = defaultMaximumWaitMs } = run.options
  const mode = policy.whileCollecting
  if (writers === null || mode === 'accept-pushes' || planned.plan.items.length === 0) {
    return { swept: await sweepAll(planned, run), gateClosedMs: 0 }
  }
  run.meter.begin('waiting for pushes', 0)
  const signal = {
    get aborted() {
      return run.over() !== null
    },
  }
  const closing = { mode, maximumWaitMs, signal }
  const { value, closedMs } = await whileGateClosed(writers.gate, closing, clock, () =>
    sweepAll(planned, run),
  )
  return { swept: value, gateClosedMs: closedMs }
}

async function sweepAll(planned: PlannedCollection, { options, meter, over }: Run): Promise<Swept> {
  const { clock, pause, remover, policy, writers } = options
  // Where pushes continue, no client waits for the sweep, except for the disk.
  const isShared = writers !== null && policy.whileCollecting === 'accept-pushes'
  const clientPriority = isShared ? options.clientPriority : undefined
  const removalsAtOnce = options.removalsAtOnce ?? (isShared ? removalsBesidePushes : undefined)
  meter.begin('sweeping', planned.plan.items.length)
  // A run that is over before all servers know what may go removes nothing.
  if (over() === null) await remover.announce?.(planned.plan.items).catch(unlessItIsGivenUp)
  return await sweep(planned, {
    remover,
    yielder: createYielder({ clock, pause, clientPriority }),
    over,
    removalsAtOnce,
    removalsInBatch: options.removalsInBatch,
    onItem: (item, freedBytes) => meter.advance(freedBytes, item.repository),
  })
}

/** Verifies that every tag is whole. What it finds never changes what was removed. */
async function verify(
  analysis: GcAnalysis,
  { gone }: Swept,
  { options, meter, log }: Run,
): Promise<Verification | null> {
  const { reader, clock, pause, signal, clientPriority } = options
  const { inventory } = analysis
  const { graph } = inventory
  const over = () => (signal?.aborted ? 'stopped' : null)
  const goneNodes = new Set(Array.from(gone, graph.find))
  meter.begin('verifying', 0)
  try {
    const verification = await verifyTags(inventory, {
      reader,
      yielder: createYielder({ clock, pause, over, clientPriority }),
      isGone: (node) => goneNodes.has(node),
      acceptSparseIndexes: options.policy.acceptSparseIndexes ?? false,
    })
    const { wholeTags, tags, broken, unread = [], absentPlatforms = 0 } = verification
    log('info', `${wholeTags} of ${tags} tags verified`)
    if (absentPlatforms > 0) log('info', `absent platforms of indexes: ${absentPlatforms}`)
    for (const { repository, reason } of unread) log('error', `${repository}: ${reason}`)
    for (const { repository, tag, reason } of broken)
      log('error', `${repository}:${tag}: ${reason}`)
    return verification
  } catch (error) {
    log('warn', `the tags could not be verified: ${reasonOf(error)}`)
    return null
  }
}
