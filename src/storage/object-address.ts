/**
 * An address at which a client without any account can read an object for a while. Does not look
 * whether it is there.
 */
export type AddressOf = (key: string) => Promise<string>
