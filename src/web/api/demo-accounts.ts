/** An account to look around with, where the registry runs inside the page and holds no secrets. */
export interface DemoAccount {
  readonly name: string
  readonly password: string
  readonly isAdmin: boolean
}

let accounts: Promise<readonly DemoAccount[]> | null = null

/** Call this from a demonstration's entry module, before the first render. */
export function setDemoAccounts(promise: Promise<readonly DemoAccount[]>): void {
  accounts = promise
}

/** Null on a server, where people have their own accounts. */
export const demoAccounts = (): Promise<readonly DemoAccount[]> | null => accounts
