/** Whom one can look around as, where the registry is inside the page and holds no secrets. */
export interface DemoAccount {
  readonly name: string
  readonly password: string
  readonly isAdmin: boolean
}

let accounts: Promise<readonly DemoAccount[]> | null = null

/** For the entry of a demonstration, before anything is drawn. */
export function setDemoAccounts(promise: Promise<readonly DemoAccount[]>): void {
  accounts = promise
}

/** Null behind a server, where people have accounts of their own. */
export const demoAccounts = (): Promise<readonly DemoAccount[]> | null => accounts
