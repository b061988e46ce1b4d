/** The actor and their address, as the activity stores them. */
export interface Actor {
  /** The account's name; null: the schedule, or the server itself. */
  readonly name: string | null
  /** The address of the request; null if there is none. */
  readonly from: string | null
}

/** The schedule, the start, the shutdown: acts without an account. */
export const theServer: Actor = { name: null, from: null }
