import { Hono } from 'hono'
import { identify } from '../access.ts'
import type { Env } from '../env.ts'
import type { ApiServices } from '../services.ts'

/** The registry itself: OCI distribution spec 1.1. */
export function createV2(services: ApiServices): Hono<Env> {
  const v2 = new Hono<Env>()
  v2.use(identify(services))
  return v2
}
