import { expect, it } from 'vitest'
import { compareInventories, type Agreement } from '#testing/faults/damaged-registry.ts'
import { isRoot, printedWithoutRights } from '#testing/faults/without-rights.ts'
import { createReadingPool } from './reading-pool.ts'

/** Fewer than it takes to be sure; the same in every run, unless `PROPERTY_RUNS` asks for new ones. */
const numRuns = 80

function expectAgreement({ difference, plans, failures }: Agreement): void {
  expect(difference).toBe('the same')
  expect(Math.min(plans, failures)).toBeGreaterThan(0)
}

it('reads from a damaged registry in threads what it reads with promises', async () => {
  expectAgreement(await compareInventories(createReadingPool, numRuns))
}, 120_000)

const inThatProcess = `
import '#testing/histories/property-seed.ts'
import { createReadingPool } from '#hosts/server/threads/reading-pool.ts'
import { compareInventories } from '#testing/faults/damaged-registry.ts'
process.stdout.write(JSON.stringify(await compareInventories(createReadingPool, ${numRuns})))
`

it.skipIf(!isRoot)('the same without the rights of root', { timeout: 120_000 }, () => {
  expectAgreement(JSON.parse(printedWithoutRights(inThatProcess)) as Agreement)
})
