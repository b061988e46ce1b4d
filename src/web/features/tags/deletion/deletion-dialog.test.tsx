import { addTag, deleteImage, deleteTag, getDeletionImpact } from '#contract/endpoints/deletion.ts'
import { pathOf } from '#contract/endpoints/path-of.ts'
import { restoreFromTrash } from '#contract/endpoints/trash.ts'
import type { DeletionImpactRequest } from '#contract/images/deletion.ts'
import { screen, waitFor, within } from '@testing-library/react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { answer, fakeFetch, noContent, refusal } from '#web/testing/fake-fetch.ts'
import { deleted, digestOf, impact } from '#web/testing/images.ts'
import { renderPage } from '#web/testing/render-page.tsx'
import { DeletionDialog } from './deletion-dialog.tsx'
import type { DeletionOutcome } from './run-deletion.ts'

const name = 'team/app'
const impactRoute = `POST ${pathOf(getDeletionImpact, { repository: name })}`
const [a, b] = [digestOf('a'), digestOf('b')]
let server: ReturnType<typeof fakeFetch>
const onClose = vi.fn<() => void>()
const onFinished = vi.fn<(outcomes: readonly DeletionOutcome[]) => void>()

beforeEach(() => {
  vi.clearAllMocks()
  server = fakeFetch({})
})

const open = (targets = [{ name: '1.2', digest: a }]) =>
  renderPage(
    <DeletionDialog
      repository={name}
      targets={targets}
      onClose={onClose}
      onFinished={onFinished}
    />,
    { at: '/' },
  )
const press = async ({ user }: ReturnType<typeof open>, label: string) => {
  const button = await screen.findByRole('button', { name: label })
  await waitFor(() => expect(button).toHaveProperty('disabled', false))
  await user.click(button)
}

describe('what the dialog says', () => {
  it('repeats what the server said', async () => {
    const attached = [{ digest: b, artifactType: 'x', label: 'signature', size: 1 }]
    server.route(impactRoute, answer(impact([deleted('1.2', { attached })])))
    open()
    const dialog = await screen.findByRole('dialog', { name: 'Delete 1.2?' })
    await within(dialog).findByText('signature')
    const { textContent } = dialog
    expect(textContent).toContain('250.00 kB are freed by the next collection. None is scheduled.')
    expect(textContent).toContain('750.00 kB stay: library/base:12 and 3 more images use them.')
    expect(textContent).toContain('Until that collection it can be restored')
    expect(within(dialog).queryByRole('radio')).toBeNull()
  })

  it('says that the tag was pushed again since the list loaded', async () => {
    server.route(impactRoute, answer(impact([deleted('1.2', { digest: b })])))
    open()
    expect((await screen.findByRole('alert')).textContent).toContain('1.2 was pushed again')
  })

  it('says that other tags are already gone', async () => {
    server.route(impactRoute, answer(impact([deleted('1.2')])))
    open([
      { name: '1.2', digest: a },
      { name: '1.1', digest: b },
    ])
    expect((await screen.findByRole('alert')).textContent).toContain('1.1 was already gone')
  })
})

describe('a tag whose image has other tags', () => {
  const onlyTag = impact([deleted('1.2', { imageDeleted: false, remainingTags: ['latest'] })], {
    bytesFreed: 0,
  })
  const whole = impact([deleted('1.2', { tags: ['1.2', 'latest'] })])
  beforeEach(() => {
    server.route(impactRoute, ({ body }) =>
      answer((body as DeletionImpactRequest).whole ? whole : onlyTag),
    )
  })

  it('is deleted alone unless the person decides otherwise', async () => {
    server.route(`DELETE ${pathOf(deleteTag, { repository: name, reference: '1.2' })}`, noContent())
    server.route(`PUT ${pathOf(addTag, { repository: name, reference: '1.2' })}`, noContent())
    const page = open()
    expect(await screen.findByRole('radio', { name: 'Delete only this tag' })).toHaveProperty(
      'checked',
      true,
    )
    await press(page, 'Delete tag')
    await screen.findByText('Removed the tag 1.2')
    expect(onClose).toHaveBeenCalledOnce()

    // The tag is not in the trash, so Undo tags the image again.
    await page.user.click(screen.getByRole('button', { name: 'Undo' }))
    await screen.findByText('1.2 is back')
    expect(server.writes()).toEqual([
      `DELETE ${pathOf(deleteTag, { repository: name, reference: '1.2' })}`,
      `PUT ${pathOf(addTag, { repository: name, reference: '1.2' })}`,
    ])
    expect(server.calls.find(({ method }) => method === 'PUT')?.body).toEqual({ digest: a })
  })

  it('comes back from the trash as it was, if the trash has it', async () => {
    const deletion = `DELETE ${pathOf(deleteTag, { repository: name, reference: '1.2' })}`
    const restore = `POST ${pathOf(restoreFromTrash, { id: 'tag-1' })}`
    server.route(deletion, noContent({ 'Jetsam-Trashed-Tag': 'tag-1' }))
    server.route(restore, noContent())
    const page = open()
    await press(page, 'Delete tag')
    await page.user.click(await screen.findByRole('button', { name: 'Undo' }))
    await screen.findByText('1.2 is back')
    expect(server.writes()).toEqual([deletion, restore])
  })

  it('is deleted with the image and all its tags', async () => {
    server.route(
      `DELETE ${pathOf(deleteImage, { repository: name, reference: '1.2' })}`,
      noContent({ 'Jetsam-Trash-Entry': 't1' }),
    )
    const page = open()
    await page.user.click(
      await screen.findByRole('radio', { name: 'Delete the image and its 2 tags' }),
    )
    await press(page, 'Delete image')
    await screen.findByText('Moved 1.2 and latest to the trash')
    expect(onFinished.mock.calls[0]?.[0]).toMatchObject([
      { isDone: true, trashEntryId: 't1', step: { tags: ['1.2', 'latest'] } },
    ])
  })
})

describe('a deletion that no longer matches what the person saw', () => {
  it('asks again when it would now delete something else', async () => {
    const before = impact([deleted('1.2')])
    const now = impact([deleted('1.2', { tags: ['1.2', 'new'] })])
    server.route(impactRoute, answer(before))
    server.route(
      `DELETE ${pathOf(deleteImage, { repository: name, reference: '1.2' })}`,
      noContent(),
    )
    const page = open()
    await screen.findByText('Removes the tag')
    server.route(impactRoute, answer(now))
    await press(page, 'Delete image')
    expect((await screen.findByRole('alert')).textContent).toContain('has changed')
    await screen.findByText('1.2, new')
    expect(server.writes()).toEqual([])

    await press(page, 'Delete image')
    await waitFor(() => expect(onClose).toHaveBeenCalled())
    expect(server.writes()).toEqual([
      `DELETE ${pathOf(deleteImage, { repository: name, reference: '1.2' })}`,
    ])
  })

  it('asks again when a push arrives at the same moment', async () => {
    server.route(impactRoute, answer(impact([deleted('1.2', { digest: a })])))
    server.route(`DELETE ${pathOf(deleteImage, { repository: name, reference: '1.2' })}`, () => {
      server.route(impactRoute, answer(impact([deleted('1.2', { digest: b })])))
      return refusal(409, 'REFERENCE_CHANGED', 'it shows another image by now')
    })
    const page = open()
    await press(page, 'Delete image')
    expect((await screen.findByRole('alert')).textContent).toContain('has changed')
    expect(onClose).not.toHaveBeenCalled()

    const path = pathOf(deleteImage, { repository: name, reference: '1.2' })
    server.route(`DELETE ${path}`, noContent({ 'Jetsam-Trash-Entry': 't1' }))
    await press(page, 'Delete image')
    await waitFor(() => expect(onClose).toHaveBeenCalled())
    const matches = server.calls
      .filter(({ method }) => method === 'DELETE')
      .map(({ headers }) => headers.get('If-Match'))
    expect(matches).toEqual([`"${a}"`, `"${b}"`])
  })

  it('loses no click while its effect is fetched again', async () => {
    const same = answer(impact([deleted('1.2')]))
    const path = pathOf(deleteImage, { repository: name, reference: '1.2' })
    server.route(impactRoute, same)
    server.route(`DELETE ${path}`, noContent({ 'Jetsam-Trash-Entry': 't1' }))
    const { client, user } = open()
    const button = await screen.findByRole('button', { name: 'Delete image' })
    let respond: (response: Response) => void = () => {}
    server.route(impactRoute, () => new Promise<Response>((resolve) => (respond = resolve)))
    void client.refetchQueries({ queryKey: [getDeletionImpact.name] })
    await waitFor(() => expect(client.isFetching({ queryKey: [getDeletionImpact.name] })).toBe(1))
    await user.click(button)
    respond(same)
    await waitFor(() => expect(onClose).toHaveBeenCalled())
    expect(server.writes()).toEqual([`DELETE ${path}`])
  })

  it('stops after the server has gone', async () => {
    server.route(
      impactRoute,
      answer(impact([deleted('1.2', { digest: a }), deleted('1.1', { digest: b })])),
    )
    server.route(
      `DELETE ${pathOf(deleteImage, { repository: name, reference: '1.2' })}`,
      new TypeError('Failed to fetch'),
    )
    server.route(
      `DELETE ${pathOf(deleteImage, { repository: name, reference: '1.1' })}`,
      noContent(),
    )
    const page = open([
      { name: '1.2', digest: a },
      { name: '1.1', digest: b },
    ])
    await press(page, 'Delete 2 images')
    await screen.findByText('2 deletions failed', { exact: false })
    expect(server.writes()).toEqual([
      `DELETE ${pathOf(deleteImage, { repository: name, reference: '1.2' })}`,
    ])
  })
})

it('does not call gone what it has deleted itself, where another deletion fails', async () => {
  const path = (reference: string) => pathOf(deleteImage, { repository: name, reference })
  const other = deleted('1.1', { digest: b })
  let isGone = false
  server.route(impactRoute, () => answer(impact(isGone ? [other] : [deleted('1.2'), other])))
  server.route(`DELETE ${path('1.2')}`, () => {
    isGone = true
    return noContent({ 'Jetsam-Trash-Entry': 'e1' })
  })
  server.route(`DELETE ${path('1.1')}`, () => refusal(500, 'UNKNOWN', 'the disk is full'))
  const page = open([
    { name: '1.2', digest: a },
    { name: '1.1', digest: b },
  ])
  await press(page, 'Delete 2 images')
  await screen.findByText('1 deletion failed', { exact: false })
  // The person looks at another page, and returns.
  window.dispatchEvent(new Event('visibilitychange'))
  await new Promise((resolve) => setTimeout(resolve, 100))
  const dialog = within(screen.getByRole('dialog'))
  expect(dialog.getByRole('alert').textContent).toContain('1 deletion failed')
})

describe('what runs', () => {
  const running = [{ reference: '1.2', clusters: ['prod', 'edge'] }]
  const call = (reference: string) =>
    `DELETE ${pathOf(deleteImage, { repository: name, reference })}`

  it('goes only once its name is typed, which confirms it', async () => {
    server.route(impactRoute, answer(impact([deleted('1.2')], { running })))
    const confirmed: (string | null)[] = []
    server.route(call('1.2'), ({ url }) => {
      confirmed.push(new URL(url, 'http://page.test').searchParams.get('confirmRunning'))
      return noContent({ 'Jetsam-Trash-Entry': 'e1' })
    })
    const { user } = open()
    expect((await screen.findByRole('alert')).textContent).toContain('It runs in edge and prod.')
    const button = screen.getByRole<HTMLButtonElement>('button', { name: 'Delete image' })
    expect(button.disabled).toBe(true)
    const field = screen.getByLabelText('To delete it all the same, type 1.2')
    await user.type(field, '1.{Enter}')
    expect(server.writes()).toEqual([])
    await user.type(field, '2{Enter}')
    await waitFor(() => expect(onClose).toHaveBeenCalledOnce())
    expect(confirmed).toEqual(['1.2'])
  })

  it('stays where several are selected', async () => {
    server.route(
      impactRoute,
      answer(impact([deleted('1.2'), deleted('1.1', { digest: b })], { running })),
    )
    server.route(call('1.1'), noContent({ 'Jetsam-Trash-Entry': 'e1' }))
    const page = open([
      { name: '1.2', digest: a },
      { name: '1.1', digest: b },
    ])
    expect((await screen.findByText(/select it alone/)).textContent).toContain(
      '1.2 runs in edge and prod',
    )
    await press(page, 'Delete image')
    await waitFor(() => expect(onClose).toHaveBeenCalledOnce())
    expect(server.writes()).toEqual([call('1.1')])
  })
})
