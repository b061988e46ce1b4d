/** What is wrong with that which stands where a folder of the layout must be. */
export const noFolder = {
  other: 'is a symbolic link, which is not followed',
  file: 'is a file, and no folder',
} as const
