/**
 * An instruction of an image's history as a person wrote it: without the shell and the marks that
 * builders put around it. `/bin/sh -c #(nop) COPY app /` (the classic builder) is `COPY app /`, and
 * `RUN |1 A=b /bin/sh -c make # buildkit` (BuildKit) is `RUN make`.
 */
export function readableInstruction(createdBy: string): string {
  const text = createdBy.replace(/\s+/g, ' ').trim()
  const [, nop] = /^\/bin\/sh -c #\(nop\) ?(.*)$/.exec(text) ?? []
  if (nop !== undefined) return nop.trim()
  const [, run] = /^(?:RUN )?(?:\|\d+ .*?)?\/bin\/sh -c (.*)$/.exec(text) ?? []
  return (run === undefined ? text : `RUN ${run}`).replace(/ # buildkit$/, '')
}
