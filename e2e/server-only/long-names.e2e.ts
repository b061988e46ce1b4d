import { basic } from '../clients.ts'
import { expect, test } from '../hosts.ts'

const common = 'release-2026-11-29-main-build-of'
const tags = [`${common}-000017a`, `${common}-000017b`]
const manifestType = 'application/vnd.oci.image.manifest.v1+json'

for (const width of [1280, 1440, 390]) {
  test(`tags that differ at their end can be distinguished at ${width} px`, async ({
    dashboard,
    page,
  }) => {
    const headers = { authorization: basic }
    const manifests = `${dashboard.origin}/v2/team/app/manifests`
    const image = await fetch(`${manifests}/1.0`, { headers: { ...headers, accept: manifestType } })
    const body = await image.text()
    for (const tag of tags) {
      const pushed = await fetch(`${manifests}/${tag}`, {
        method: 'PUT',
        headers: { ...headers, 'content-type': image.headers.get('content-type') ?? manifestType },
        body,
      })
      expect(pushed.status).toBe(201)
    }
    await dashboard.signIn(page, 'administrator', '/repositories/team/app?sort=-name')
    await page.setViewportSize({ width, height: 900 })
    const cells = page.getByRole('table', { name: 'Tags of team/app' }).getByRole('rowheader')
    for (const tag of tags) {
      const cell = cells.filter({ hasText: tag })
      await expect(cell.getByRole('link', { name: tag, exact: true })).toBeVisible()
      await expect(cell.getByTitle(tag, { exact: true })).toHaveCount(1)
      const end = cell.getByText(tag.slice(-12), { exact: true })
      const [endBox, cellBox] = await Promise.all([end.boundingBox(), cell.boundingBox()])
      if (endBox === null || cellBox === null) throw new Error('the end of the tag is not drawn')
      expect(endBox.x).toBeGreaterThanOrEqual(cellBox.x)
      expect(endBox.x + endBox.width).toBeLessThanOrEqual(cellBox.x + cellBox.width)
    }
  })
}
