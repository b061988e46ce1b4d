import { lazyComponent } from '#web/components/layout/lazy-component.tsx'
import classes from './storage-card.module.css'

/*
 * The strips come after the lists that they head: the first load is for signing in and finding a
 * repository. Their frames stand from the start, so that nothing moves.
 */

const load = () => import('./storage-views.ts')
const patiently = { isPatient: true, whenMissing: 'placeholder' } as const
const frame = () => <div className={classes.frame} />

export const RegistryStorage = lazyComponent(
  async () => (await load()).RegistryStorage,
  frame,
  patiently,
)

export const RepositoryStorage = lazyComponent(
  async () => (await load()).RepositoryStorage,
  frame,
  patiently,
)

export const PartsBar = lazyComponent(async () => (await load()).PartsBar, undefined, patiently)
