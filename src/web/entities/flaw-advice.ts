const tellsSizes = (reason: string): boolean => / has \d+ bytes instead of \d+$/.test(reason)

/** What a person can do about images that are not whole, for these reasons. */
export function flawAdvice(
  images: 'these images' | 'this image',
  reasons: readonly string[],
): string {
  const usual = `Push ${images} again, or restore what is missing from a backup.`
  return reasons.some(tellsSizes)
    ? `${usual} A manifest that states a wrong size itself is refused when it is pushed again: build that image again, or delete its tag.`
    : usual
}
