/**
 * Lets queued tasks run first. Not by timers, because browsers delay each by 4 ms after the first
 * few, which would be most of the time of a loop over thousands of batches.
 */
export const yieldToEventLoop = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.addEventListener('message', () => {
      port1.close()
      resolve()
    })
    port1.start()
    port2.postMessage(null)
  })
