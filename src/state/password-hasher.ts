/** Turns passwords into strings that are safe to store. Uses a new salt each time. */
export interface PasswordHasher {
  /** A string that names its own algorithm and cost, so that both can be raised later. */
  hash(password: string): Promise<string>
  /** Compares in constant time. False, never an exception, for a hash that it cannot read. */
  verify(password: string, hash: string): Promise<boolean>
}
