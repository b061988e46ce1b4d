import { Kbd, UnstyledButton } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { lazyComponent } from '#web/components/layout/lazy-component.tsx'
import { openAfterLoading } from '#web/components/layout/open-after-loading.ts'
import classes from './search-button.module.css'

const SearchDialog = lazyComponent(
  async () => (await import('#web/features/search/search-dialog.tsx')).SearchDialog,
)

const isApple = /mac|iphone|ipad/i.test(navigator.userAgent)

/** Opens the search: by click, or by Ctrl K (⌘ K) from anywhere, also from a field. */
export function SearchButton() {
  // A new number makes each search start empty.
  const [search, setSearch] = useState({ number: 0, isOpen: false })
  const before = useRef<Element | null>(null)
  const open = () => {
    if (search.isOpen) return
    before.current = document.activeElement
    void openAfterLoading(SearchDialog.load, () =>
      setSearch(({ number }) => ({ number: number + 1, isOpen: true })),
    )
  }
  const close = () => setSearch(({ number }) => ({ number, isOpen: false }))
  const leave = () => {
    before.current = null
    close()
  }
  // Only after the dialog has closed: it traps the focus until then.
  useEffect(() => {
    if (!search.isOpen && before.current instanceof HTMLElement) before.current.focus()
  }, [search.isOpen])
  useHotkeys([['mod+K', open]], [])
  return (
    <>
      <UnstyledButton
        className={classes.button}
        aria-label="Search"
        aria-keyshortcuts="Control+K Meta+K"
        aria-haspopup="dialog"
        onPointerEnter={() => void SearchDialog.load().catch(() => {})}
        onFocus={() => void SearchDialog.load().catch(() => {})}
        onClick={open}
      >
        <IconSearch size={16} aria-hidden />
        <span className={classes.label}>Search</span>
        <Kbd className={classes.keys} size="xs">
          {isApple ? '⌘ K' : 'Ctrl K'}
        </Kbd>
      </UnstyledButton>
      {search.number > 0 && (
        <SearchDialog key={search.number} isOpen={search.isOpen} onClose={close} onJump={leave} />
      )}
    </>
  )
}
