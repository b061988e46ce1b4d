/**
 * Lets queued tasks run first. Timers would do too, but browsers delay each by 4 ms once a few
 * have followed one another, which is most of the time of a loop over thousands of batches.
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
