import { retentionCalls } from '#contract/endpoints/retention.ts'
import type { WireRetentionPreview } from '#contract/rules/retention.ts'
import { naturalKey } from '#domain/values/natural-order.ts'
import { parseRetentionScope } from '#domain/retention/scope.ts'
import { checkRetentionPolicy } from '#services/retention/policies.ts'
import { changeOf, type VerdictChanges } from '#services/retention/compare-verdicts.ts'
import { previewRetention, type ShownPreview } from '#services/retention/preview.ts'
import { rowKey, type PreviewRow } from '#services/retention/preview-summary.ts'
import type { Context } from 'hono'
import type * as z from 'zod/mini'
import { signedIn } from '../../middleware/access.ts'
import type { Env } from '../../request-context.ts'
import { ApiError } from '../../errors.ts'
import type { ApiServices } from '../../services.ts'
import { viewerOf } from '../accounts/viewer.ts'
import { invalidParameter } from '../invalid-input.ts'
import type { Handlers } from '../mount-calls.ts'
import { page } from '../paging.ts'
import { readBody } from '../read-body.ts'
import { readQuery } from '../read-query.ts'
import { policyRefused } from './policies.ts'
import { summaryToWire, verdictToWire } from './preview-to-wire.ts'

/** As the rows are. */
const order = {
  valueOf: ({ repository }: PreviewRow) => naturalKey(repository),
  nameOf: rowKey,
  descending: false,
}

export const retentionPreviewHandlers = (services: ApiServices) =>
  ({
    previewRetention: async (context) => {
      const query = readQuery(context, retentionCalls.previewRetention.query)
      const asked = await readBody(context, retentionCalls.previewRetention.body)
      const scope = parseRetentionScope(asked.scope)
      if (!scope.ok) throw invalidParameter('scope', scope.refusal.message)
      const draft = asked.policy === undefined ? null : checkRetentionPolicy(asked.policy)
      if (draft !== null && !draft.ok) throw policyRefused(draft.refusal)
      const preview = await previewRetention(
        { ...services, queries: services.registry.queries },
        {
          scope: scope.value,
          draft: draft && draft.value,
          atMs: asked.at === undefined ? null : readMoment(asked.at),
          isVisible: viewerOf(context).sees,
        },
      )
      const id = await services.previews.keep(preview, signedIn(context).name)
      return context.json(toWire(context, id, preview, query))
    },
    getRetentionPreview: async (context) => {
      const query = readQuery(context, retentionCalls.getRetentionPreview.query)
      const id = context.req.param('id') ?? ''
      const kept = await services.previews.get(id)
      const { name, isAdmin } = signedIn(context)
      if (kept === null || (kept.madeBy !== name && !isAdmin)) throw noSuchPreview()
      return context.json(toWire(context, id, kept.preview, query))
    },
  }) satisfies Partial<Handlers<typeof retentionCalls>>

export const noSuchPreview = (): ApiError =>
  new ApiError('NO_SUCH_PREVIEW', 'this preview is not kept any more: make it again')

function readMoment(text: string): number {
  const atMs = Date.parse(text)
  if (Number.isFinite(atMs)) return atMs
  throw invalidParameter('at', 'an instant such as 2026-01-31T12:00:00Z')
}

function toWire(
  context: Context<Env>,
  previewID: string,
  preview: ShownPreview,
  query: z.infer<typeof retentionCalls.previewRetention.query>,
): WireRetentionPreview {
  const { verdict, repository, change } = query
  const { compared } = preview
  // Again: access may have been taken since.
  const { sees } = viewerOf(context)
  const chosen = preview.rows.filter(
    (row) =>
      (verdict === undefined || row.verdict === verdict) &&
      (repository === undefined || row.repository === repository) &&
      (change === undefined ||
        (compared && isChange(change, changeOf(row, compared.inForce.get(row) ?? null)))) &&
      sees(row.repository),
  )
  return {
    previewID,
    ...summaryToWire(preview, sees),
    verdicts: page(context, chosen, order, query).map((row) => verdictToWire(preview, row)),
  }
}

const isChange = (
  wanted: 'any' | keyof VerdictChanges,
  change: keyof VerdictChanges | null,
): boolean => change !== null && (wanted === 'any' || wanted === change)
