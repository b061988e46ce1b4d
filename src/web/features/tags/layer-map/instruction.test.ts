import { expect, test } from 'vitest'
import { readableInstruction } from './instruction.ts'

test.each([
  ['COPY app /opt/app', 'COPY app /opt/app'],
  ['COPY app /opt/app # buildkit', 'COPY app /opt/app'],
  ['/bin/sh -c #(nop) ADD file:8ac in / ', 'ADD file:8ac in /'],
  [
    '/bin/sh -c apt-get update     && apt-get install -y curl',
    'RUN apt-get update && apt-get install -y curl',
  ],
  ['RUN /bin/sh -c make # buildkit', 'RUN make'],
  ['RUN |2 VERSION=1 TARGET=amd64 /bin/sh -c make all # buildkit', 'RUN make all'],
  ['|1 VERSION=1 /bin/sh -c make', 'RUN make'],
  ['bazel build ...', 'bazel build ...'],
])('%s reads as %s', (createdBy, readable) => {
  expect(readableInstruction(createdBy)).toBe(readable)
})
