/** Downloads text as a file. */
export function downloadText(fileName: string, mediaType: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: `${mediaType};charset=utf-8` }))
  const link = document.createElement('a')
  link.href = address
  link.download = fileName
  link.click()
  // The browser has begun to read by then; some browsers cut the download off if the URL is revoked
  // in the same task.
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}
