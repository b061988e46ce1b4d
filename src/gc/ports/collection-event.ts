import type { CollectionProgress } from '#domain/collection/collection-result.ts'

export type CollectionEvent =
  | { readonly kind: 'progress'; readonly progress: CollectionProgress }
  | {
      readonly kind: 'log'
      readonly level: 'debug' | 'info' | 'warn' | 'error'
      readonly message: string
    }
