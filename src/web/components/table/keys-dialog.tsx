import { Kbd, Table } from '@mantine/core'
import { DialogFrame } from '../feedback/dialog-frame.tsx'
import { tableKeys } from './table-keys.ts'

/** The keys of a table. */
export function KeysDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <DialogFrame title="Keys" onClose={onClose} isPending={false}>
      <Table aria-label="Keys" withRowBorders={false}>
        <Table.Tbody>
          {tableKeys.map(({ keys, words }) => (
            <Table.Tr key={words}>
              <Table.Td>
                {keys.map((key) => (
                  <Kbd key={key} mr={4}>
                    {key}
                  </Kbd>
                ))}
              </Table.Td>
              <Table.Th scope="row" fw={400}>
                {words}
              </Table.Th>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </DialogFrame>
  )
}
