/**
 * Runs the changes of a repository one after the other: a move of a tag and its deletion never
 * interleave.
 */
export type RunLocked = <T>(repository: string, act: () => Promise<T>) => Promise<T>
