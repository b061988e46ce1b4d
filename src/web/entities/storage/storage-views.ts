export { PartsBar } from './parts-bar.tsx'
export { RegistryStorage } from './registry-storage.tsx'
export { RepositoryStorage } from './repository-storage.tsx'
