import type { Generated } from 'kysely'

/**
 * The tables as of the newest migration. Portable between SQLite and PostgreSQL: times are
 * milliseconds since the epoch, booleans 0 or 1, structures JSON text. (On PostgreSQL the pool must
 * be told to read `int8` as numbers.)
 */
export interface Database {
  accounts: {
    name: string
    password_hash: string
    is_admin: number
    is_active: number
    created_at_ms: number
  }
  grants: { account_name: string; scope: string; access_level: string }
  sessions: {
    token_hash: string
    account_name: string
    created_at_ms: number
    expires_at_ms: number
  }
  access_tokens: {
    id: string
    account_name: string
    name: string
    secret_hash: string
    repositories_json: string
    actions_json: string
    created_at_ms: number
    expires_at_ms: number | null
    last_used_at_ms: number | null
  }
  /** One row for each setting that was ever made. */
  settings: { name: string; value_json: string }
  jobs: {
    id: string
    /** The order in which jobs were first saved. */
    position: Generated<number>
    kind: string
    status: string
    trigger_kind: string
    actor: string | null
    request_json: string | null
    scheduled_at_ms: number | null
    started_at_ms: number | null
    updated_at_ms: number
    finished_at_ms: number | null
    progress_json: string | null
    result_json: string | null
    error: string | null
  }
  job_log: { job_id: string; line_num: number; time_ms: number; level: string; data: string }
  job_runs: { job_id: string; beats: number; is_stopping: number }
  plans: {
    id: string
    job_id: string
    made_at_ms: number
    warnings_json: string
    estimated_ms: number
  }
  /** A plan's items in parts, because a plan can have very many. */
  plan_items: { plan_id: string; part: number; items_json: string }
  activity: {
    id: string
    /** The order in which events were recorded. */
    position: Generated<number>
    at_ms: number
    kind: string
    actor: string | null
    from_address: string | null
    repository: string | null
    /** Of the data, for the index of what concerns an account. */
    subject: string | null
    data_version: number
    data_json: string
  }
  /** Acts on storage that must be recorded if they happen, in order. */
  pending_acts: { position: Generated<number>; id: string; act_json: string }
  /** Null as text: the policy was removed. */
  retention_policies: {
    scope: string
    version: number
    text_json: string | null
    format: number
    saved_at_ms: number
    saved_by: string | null
  }
  running_reports: {
    cluster: string
    id: string
    reported_at_ms: number
    reported_by: string | null
    text_json: string
  }
  previews: { id: string; made_at_ms: number; made_by: string | null; is_approved: number }
  preview_parts: { preview_id: string; part: number; text_json: string }
  /** By tag or digest. */
  pulls: { repository: string; reference: string; last_at_ms: number; last_by: string | null }
  pull_days: { repository: string; reference: string; day: number; pulls: number }
  pushes: { repository: string; tag: string; digest: string; actor: string; at_ms: number }
}
