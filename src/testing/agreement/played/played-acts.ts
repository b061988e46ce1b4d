import type { Digest } from '#domain/values/digest.ts'
import {
  has,
  keys,
  links,
  manifestNames,
  reachOf,
  without,
  type ActKind,
  type Bits,
} from '../world.ts'
import { digestOf, folderOf, type HeldStore } from './held-store.ts'
import type { PlayedServer } from './played-server.ts'
import type { Process } from './process.ts'

export interface PlayedAct {
  readonly kind: ActKind
  readonly server: PlayedServer
  readonly store: HeldStore
  readonly process: Process
  /** What a client was told will stay, also if servers end. */
  readonly promise: (kept: Bits) => void
}

const allKeys = [keys.blob, keys.link.M, keys.link.N]
const digestsOf = (bits: Bits): Digest[] =>
  allKeys.filter((key) => has(bits, key)).map((key) => digestOf(key) as Digest)
const bitsOf = (digests: Iterable<string>): Bits => {
  const all = new Set(digests)
  return allKeys.filter((key) => all.has(digestOf(key))).reduce((bits, key) => bits | key, 0)
}

/** Sends a request, and is held until the store has answered. False if it does not. */
async function answered(
  { store, process }: Pick<PlayedAct, 'store' | 'process'>,
  ...request: Parameters<HeldStore['send']>
): Promise<boolean> {
  const sent = store.send(...request)
  await process.hold('await')
  return sent.isAnswered
}

export async function play(act: PlayedAct): Promise<void> {
  switch (act.kind.kind) {
    case 'head blob':
      return await headBlob(act)
    case 'upload blob':
      return await uploadBlob(act)
    case 'put manifest':
      return await putManifest(act, act.kind.manifest)
    case 'head manifest':
      return await headManifest(act, act.kind.manifest)
  }
}

const blob = digestOf(keys.blob) as Digest

async function headBlob({ server, store, process }: PlayedAct): Promise<void> {
  const { leases, pushes } = server.forAct(process)
  const isTold = await leases.withLeases(async (guard) => {
    const there = await guard.lease([blob], folderOf)
    await process.hold('look')
    const isFound = there.has(blob) && has(store.stored, keys.blob)
    guard.markReadOnly(isFound)
    if (!isFound) return false
    await pushes.leaseForPush('played', [blob])
    await process.hold('answer')
    return true
  })
  if (isTold) server.told |= keys.blob
}

async function uploadBlob(act: PlayedAct): Promise<void> {
  const { server, process } = act
  const { leases, pushes } = server.forAct(process)
  const isTold = await leases.withLeases(async (guard) => {
    await guard.waitUntilDeleted(folderOf(blob), blob)
    await process.hold('send')
    await pushes.leaseForPush('played', [blob])
    if (!(await answered(act, 'put', keys.blob))) return false
    await process.hold('answer')
    return true
  })
  if (isTold) server.told |= keys.blob
}

async function putManifest(act: PlayedAct, manifest: 'M' | 'N'): Promise<void> {
  const { server, store, process, promise } = act
  const { leases } = server.forAct(process)
  await leases.withLeases(async (guard) => {
    await guard.intend(digestsOf(reachOf(manifest)))
    await process.hold('check')
    if (!has(store.stored, keys.blob)) return
    await process.hold('write')
    if (!(await answered(act, 'put', keys.link[manifest]))) return
    await process.hold('tag')
    store.tag(keys.tag[manifest])
    promise(reachOf(manifest) | keys.tag[manifest])
  })
}

async function headManifest(act: PlayedAct, manifest: 'M' | 'N'): Promise<void> {
  const { server, store, process, promise } = act
  const { leases } = server.forAct(process)
  const isTold = await leases.withLeases(async (guard) => {
    await guard.intend(digestsOf(reachOf(manifest)))
    await process.hold('check')
    const isThere = has(store.stored, reachOf(manifest))
    guard.markReadOnly(isThere)
    if (!isThere) return false
    await process.hold('answer')
    return true
  })
  if (isTold) promise(reachOf(manifest))
}

/** What no tag leads to, in a listing that may lack what is new. */
function candidatesOf(listed: Bits): Bits {
  let needed = 0
  for (const name of manifestNames) {
    if (has(listed, keys.link[name] | keys.tag[name])) needed |= reachOf(name)
  }
  return without(listed & (links | keys.blob), needed)
}

/** A collection, of what its leader is held for between all that it does. */
export async function playRun(run: Omit<PlayedAct, 'kind' | 'promise'>): Promise<void> {
  const { server, store, process } = run
  const leases = server.forRun(process)
  await leases.startCollection({ includePushLeases: true })
  try {
    await process.hold('list')
    const candidates = candidatesOf(store.stored)
    if (candidates === 0) return
    await leases.condemn(
      digestsOf(candidates).map((digest) => ({ digest, folder: folderOf(digest) })),
    )
    for (const batch of [links, keys.blob]) {
      const signature = store.sign()
      const { granted, settle } = await leases.sentence(digestsOf(candidates & batch), folderOf)
      if (granted.size > 0) await process.hold('send')
      const isAnswered =
        granted.size === 0 || (await answered(run, 'delete', bitsOf(granted), signature))
      await settle(isAnswered ? new Set() : granted)
    }
  } finally {
    await leases.endCollection()
  }
}
