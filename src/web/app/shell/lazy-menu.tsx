import { useState, type ComponentPropsWithRef, type ComponentType, type ReactElement } from 'react'
import { lazyComponent } from '#web/components/layout/lazy-component.tsx'
import { openAfterLoading } from '#web/components/layout/open-after-loading.ts'

/** A menu's button: the same before and after the menu's code has loaded. */
export type MenuButton = ComponentType<ComponentPropsWithRef<'button'>>

/**
 * A menu button that renders at once. The menu's code loads when the pointer or the focus comes
 * near, and the first click opens it.
 *
 * @param load loads the menu, initially open, with the same button as its target
 */
export function createLazyMenu(
  Button: MenuButton,
  load: () => Promise<ComponentType>,
): () => ReactElement {
  const Menu = lazyComponent(load)
  return function LazyMenu() {
    const [isWanted, setWanted] = useState(false)
    if (isWanted) return <Menu />
    return (
      <Button
        aria-haspopup="menu"
        onPointerEnter={() => void Menu.load().catch(() => {})}
        onFocus={() => void Menu.load().catch(() => {})}
        onClick={() => void openAfterLoading(Menu.load, () => setWanted(true))}
      />
    )
  }
}
