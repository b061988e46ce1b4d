import {
  lazy,
  Suspense,
  useState,
  type ComponentPropsWithRef,
  type ComponentType,
  type ReactElement,
} from 'react'
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
  const Menu = lazy(async () => ({ default: await load() }))
  return function LazyMenu() {
    const [isWanted, setWanted] = useState(false)
    const button = (
      <Button
        aria-haspopup="menu"
        onPointerEnter={() => void load().catch(() => {})}
        onFocus={() => void load().catch(() => {})}
        onClick={() => void openLoaded(load, () => setWanted(true))}
      />
    )
    return isWanted ? (
      <Suspense fallback={button}>
        <Menu />
      </Suspense>
    ) : (
      button
    )
  }
}
