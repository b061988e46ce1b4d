/** Words for something that is no folder at a place where the layout needs one. */
export const noFolder = {
  other: 'is a symbolic link, which is not followed',
  file: 'is a file, and no folder',
} as const
