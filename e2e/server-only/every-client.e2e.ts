import { expect, test } from '@playwright/test'
import { containerClients } from '../container-clients.ts'
import { needs } from '../needs.ts'
import { ask, collect } from './api-client.ts'
import { openClientWorld, pushesAreRejected, type ClientWorld } from './client-world.ts'

/**
 * Each container client does everything that it can with the registry; and when it is refused, it
 * prints our reason, which a person can act on. All share one server, in turn.
 */

test.describe.configure({ mode: 'default', timeout: 600_000 })

let world: ClientWorld

test.beforeAll(async () => {
  world = await openClientWorld()
})

test.afterAll(async () => {
  await world?.close()
})

for (const client of containerClients) {
  test.describe(client.name, () => {
    test.beforeEach(() => needs(client.name))

    test('pushes, pulls, lists and copies; a deleted image is restored whole, or goes with a collection', async () => {
      const place = world.places.administrator
      const repository = `team/${client.name}`
      const image = world.at(`${repository}:1.0`)
      const pushed = await client.push(place, image)
      expect(await client.pull(place, image)).toBe(pushed)
      if (client.tags) {
        expect(await client.tags(place, world.at(repository))).toEqual(['1.0'])
      }
      if (client.copy) {
        const copied = world.at(`${repository}/copy:1.0`)
        await client.copy(place, image, copied)
        expect(await client.pull(place, copied)).toBe(pushed)
      }

      const remove = async (): Promise<void> => {
        if (client.remove) await client.remove(place, image)
        else {
          const path = `/repositories/${repository}/manifests/1.0`
          expect((await ask(world.server, 'DELETE', path)).status).toBe(204)
        }
        await expect(client.pull(place, image)).rejects.toThrow(client.saysOfUnknown)
      }
      await remove()
      await world.restore(repository)
      expect(await client.pull(place, image)).toBe(pushed)
      await collect(world.server)
      expect(await client.pull(place, image)).toBe(pushed)
      await remove()
      await world.deleteForever(repository)
      await collect(world.server)
      await expect(client.pull(place, image)).rejects.toThrow(client.saysOfUnknown)
      expect(await client.push(place, image)).toBe(pushed)
      expect(await client.pull(place, image)).toBe(pushed)
    })

    if (client.takesPlatforms) {
      test('moves an image of several platforms from place to place, byte for byte', async () => {
        const place = world.places.administrator
        const image = world.at(`team/${client.name}-platforms:1.0`)
        const pushed = await client.push(place, image, place.multiLayout)
        expect(await client.pull(place, image)).toBe(pushed)
        const copied = world.at(`team/${client.name}-platforms/copy:1.0`)
        await client.copy?.(place, image, copied)
        expect(await client.pull(place, copied)).toBe(pushed)
      })
    }

    test('prints why it is refused: wrong account, missing access, missing image', async () => {
      const image = world.at(`team/${client.name}:1.0`)
      await expect(client.pull(world.places.nobody, image)).rejects.toThrow(client.saysOfPassword)
      await expect(client.pull(world.places.administrator, `${image}-none`)).rejects.toThrow(
        client.saysOfUnknown,
      )
      const elsewhere = world.at(`library/${client.name}:1.0`)
      await expect(client.push(world.places.developer, elsewhere)).rejects.toThrow(
        `this needs read-write access to library/${client.name}: ask an administrator for it`,
      )
    })

    test('prints that a collection keeps pushes out, and pushes after it', async () => {
      const place = world.places.administrator
      const image = world.at(`team/${client.name}-refused:1.0`)
      await world.whileCollecting(async () => {
        await expect(client.push(place, image)).rejects.toThrow(pushesAreRejected)
      })
      await client.push(place, image)
    })
  })
}
