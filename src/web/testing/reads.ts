/** Finds what reads so to people, in one element or in several: the unit of a size has its own. */
export const reads =
  (text: string) =>
  (_: string, element: Element | null): boolean =>
    element?.textContent === text
