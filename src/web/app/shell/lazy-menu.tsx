import { useState, type ComponentPropsWithRef, type ComponentType, type ReactElement } from 'react'
import { lazily } from '#web/components/layout/lazily.tsx'
import { openLoaded } from './open-loaded.ts'

/** The button of a menu: the same one before and after the menu's code is there. */
export type MenuButton = ComponentType<ComponentPropsWithRef<'button'>>

/**
 * A menu button that is drawn at once; the menu behind it is loaded when the pointer or the focus
 * comes near, and opened by the first click.
 *
 * @param load the menu, open at first, with the same button as its target
 */
export function createLazyMenu(
  Button: MenuButton,
  load: () => Promise<ComponentType>,
): () => ReactElement {
  const Menu = lazily(load)
  return function LazyMenu() {
    const [isWanted, setWanted] = useState(false)
    if (isWanted) return <Menu />
    return (
      <Button
        aria-haspopup="menu"
        onPointerEnter={() => void Menu.load().catch(() => {})}
        onFocus={() => void Menu.load().catch(() => {})}
        onClick={() => void openLoaded(Menu.load, () => setWanted(true))}
      />
    )
  }
}
