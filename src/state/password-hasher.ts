/** Turns passwords into strings that are safe to keep. Salts each one anew. */
export interface PasswordHasher {
  /** A string that names its own algorithm and cost, so that both can be raised later. */
  hash(password: string): Promise<string>
  /** Compares in constant time. False, never an exception, for a hash it cannot read. */
  verify(password: string, hash: string): Promise<boolean>
}
