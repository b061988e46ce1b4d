import type { Principal } from '#services/accounts/authentication.ts'
import { companyAccounts } from './people.ts'

/** Answers a request in the name of an account, at an instant. */
export type ActAt = (atMs: number, principal: Principal, request: Request) => Promise<Response>

/** A call of the API by one of the company's people, at an instant. Rejects if it is refused. */
export type SendAs = (
  atMs: number,
  by: string,
  method: string,
  path: string,
  body?: string,
  contentType?: string,
) => Promise<Response>

export const sendAs =
  (origin: string, actAt: ActAt): SendAs =>
  async (atMs, by, method, path, body, contentType = 'application/json') => {
    const account = companyAccounts.find(({ name }) => name === by)
    if (account === undefined) throw new Error(`${by} has no account`)
    const { name, isAdmin, grants } = account
    const request = new Request(new URL(`/api/v0${path}`, origin), {
      method,
      headers: { 'Content-Type': contentType },
      ...(body !== undefined && { body }),
    })
    const answer = await actAt(atMs, { name, isAdmin, grants }, request)
    if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`)
    return answer
  }
