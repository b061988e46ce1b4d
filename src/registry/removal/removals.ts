import type { Holds } from '#coordination/holds.ts'
import type { RemovalOutcome } from '#gc/ports/registry-remover.ts'
import type { Digest } from '#domain/values/digest.ts'

/** How one act for a client gets at what a collection may be about to take. */
export interface Reliance {
  /**
   * Holds a digest: from now on no removal of it begins. To be asked before looking. False while the
   * folder (its blob, or a link to it) is just being removed: then it counts as absent.
   */
  on(folder: string, digest: Digest): boolean
  /** The act changes nothing: the client is told whether it is there, and may rely on that or not. */
  onlyLooked(isThere: boolean): void
  /** Holds it to write it (again), and waits until what was there is gone, if it is just going. */
  cleared(folder: string, digest: Digest): Promise<void>
}

/**
 * Decides, each time in one turn, between a collection that removes something and those who rely on
 * it: either it is held and stays, or its removal has begun and everybody takes it for absent.
 */
export interface Removals {
  /** For the collection. The removal must not wait for anybody who could wait for it. */
  unlessHeld(
    folder: string,
    digest: Digest,
    remove: () => Promise<RemovalOutcome>,
  ): Promise<RemovalOutcome>
  /** For everybody else. */
  relying<T>(act: (rely: Reliance) => Promise<T>): Promise<T>
}

export function createRemovals(holds: Pick<Holds, 'during' | 'isHeld'>): Removals {
  const underWay = new Map<string, Promise<RemovalOutcome>>()

  return {
    async unlessHeld(folder, digest, remove) {
      // Nothing may be awaited between this look and the entry below.
      if (holds.isHeld(digest)) return { kind: 'in use' }
      const removal = remove()
      underWay.set(folder, removal)
      try {
        return await removal
      } finally {
        underWay.delete(folder)
      }
    },

    relying: (act) =>
      holds.during((hold, onlyLooked) =>
        act({
          onlyLooked,
          on(folder, digest) {
            hold(digest)
            return !underWay.has(folder)
          },
          async cleared(folder, digest) {
            hold(digest)
            // How it ends is for who began it to tell. Nobody begins another one: it is held.
            await underWay.get(folder)?.catch(() => {})
          },
        }),
      ),
  }
}

/** Where no collection runs beside anybody else. */
export const noHolds: Holds = {
  during: (act) =>
    act(
      () => {},
      () => {},
    ),
  isHeld: () => false,
  remember() {},
  forget() {},
}
