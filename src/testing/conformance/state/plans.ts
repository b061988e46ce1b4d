import { describe, expect, test } from 'vitest'
import { plan, type OpenState } from './state-samples.ts'

export const plansContract = (open: OpenState) =>
  describe('plans', () => {
    test.each([0, 1, 4001])('a plan of %i items reads back in order', async (itemCount) => {
      const { plans } = await open()
      await plans.save(plan('a', itemCount))
      expect(await plans.find('a')).toEqual(plan('a', itemCount))
      expect(await plans.find('b')).toBeNull()
    })

    test('a plan saved again replaces the first', async () => {
      const { plans } = await open()
      await plans.save(plan('a', 3))
      await plans.save(plan('a', 1))
      expect((await plans.find('a'))?.items).toHaveLength(1)
    })

    test('only the newest are kept', async () => {
      const { plans } = await open()
      await plans.save(plan('newest', 1, 30))
      await plans.save(plan('oldest', 1, 10))
      await plans.save(plan('middle', 1, 20))
      await plans.keepNewest(5)
      expect(await plans.find('oldest')).not.toBeNull()
      await plans.keepNewest(2)
      expect(await plans.find('oldest')).toBeNull()
      expect(await plans.find('middle')).not.toBeNull()
      expect(await plans.find('newest')).not.toBeNull()
    })
  })
