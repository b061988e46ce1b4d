/** Hands text to the browser as a file. */
export function downloadText(fileName: string, mediaType: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: `${mediaType};charset=utf-8` }))
  const link = document.createElement('a')
  link.href = address
  link.download = fileName
  link.click()
  // The browser has begun reading by then; revoking in the same task cuts it off in some.
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}
