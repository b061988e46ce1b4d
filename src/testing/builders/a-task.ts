/** Waits for a later task, whatever time is asked for. */
export const aTask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))
