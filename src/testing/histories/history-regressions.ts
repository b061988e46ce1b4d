import type { CollectAct, HistoryAct, HistoryStep } from './history-acts.ts'
import { collectAct as collect } from './history-collections.ts'

/*
 * Shrunk histories that once lost something: because of a real fault, or of one that was planted to
 * see whether a test would find it. They run before any random one, on every storage.
 */

const calm = (act: HistoryAct): HistoryStep => ({ act, mishap: null })
const failing = (act: HistoryAct, before: number): HistoryStep => ({
  act,
  mishap: { before, kind: 'fail' },
})

const push = (tag: '1' | '2' | null, layer = 0): HistoryAct => ({
  kind: 'push',
  repository: 'app',
  layers: [layer],
  tag,
  elsewhere: null,
})

const remove: HistoryAct = {
  kind: 'delete',
  repository: 'app',
  by: 'tag',
  pick: 0,
  retentionMs: 0,
}

const attach: HistoryAct = {
  kind: 'attach',
  repository: 'app',
  pick: 0,
  layers: [0],
  how: 'fallback',
}

const forever: HistoryAct = { kind: 'forever', pick: 0 }
const restore: HistoryAct = { kind: 'restore', pick: 0, onConflict: 'refuse' }
const retag: HistoryAct = { kind: 'retag', repository: 'app', pick: 0, tag: '2' }

const during = (what: 'inventory' | 'sweep', before: number, act: HistoryAct) =>
  collect({ meanwhile: { during: what, before, act } as CollectAct['meanwhile'] })

/** Each moment of a small collection. */
const moments = Array.from({ length: 10 }, (_, moment) => moment)

type Histories = Readonly<Record<string, readonly HistoryStep[]>>

/** Acts during a collection, at each moment of it. */
export const regressionsAtEachMoment: Histories = Object.fromEntries(
  moments.flatMap((moment) => [
    [
      `an image is restored during the inventory (${moment})`,
      [push('1'), remove, push('2', 1), during('inventory', moment, restore), collect()].map(calm),
    ],
    [
      `an image is deleted during the inventory (${moment})`,
      [push('2', 1), push('1'), during('inventory', moment, remove), restore].map(calm),
    ],
    [
      `the deletion of an image with an index under its fallback tag breaks off (${moment})`,
      [calm(push('1')), calm(attach), failing(remove, moment + 1), calm(restore)],
    ],
    [
      `an image is restored during the sweep (${moment})`,
      [push('1'), remove, push('2', 1), during('sweep', moment, restore), collect()].map(calm),
    ],
  ]),
)

export const regressions: Histories = {
  'a client deletes what the sweep was about to remove': [
    calm(push('1')),
    calm(remove),
    calm(collect({ meanwhile: { during: 'sweep', before: 0, act: snatch('delete') } })),
  ],
  'an untagged image is pushed again just before its turn': [
    calm(push(null)),
    calm(
      collect({ untaggedHours: 0, meanwhile: { during: 'sweep', before: 0, act: snatch('push') } }),
    ),
  ],
  'a link cannot be removed, and what it leads to stays': [
    calm(push(null)),
    failing(collect({ untaggedHours: 0 }), 1),
  ],
  'a deletion fails half-way, the image gets another tag, and is then deleted for ever': [
    calm(push(null)),
    failing({ kind: 'delete', repository: 'app', by: 'digest', pick: 0, retentionMs: 0 }, 2),
    calm(retag),
    calm(forever),
    calm(collect()),
  ],
  'a deletion fails half-way, and the image is pushed again before a restart': [
    calm(push('1')),
    failing(remove, 2),
    calm(push('2')),
    calm({ kind: 'restart' }),
    calm(collect()),
  ],
}

function snatch(how: 'delete' | 'push') {
  return { kind: 'snatch', how } as const
}
