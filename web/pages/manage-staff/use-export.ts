import { notifications } from '@mantine/notifications'
import { useMutation } from '@tanstack/react-query'
import type { App } from '../../../contract/words.ts'
import { api, type Person, problemWords } from '../../api.ts'
import { formatNumber, people } from '../../components/format.ts'
import { saveFile, staffCsv } from './export.ts'
import type { StaffFilter } from './filters.ts'
import { type Selection, selectionSize } from './selection.ts'

const pageSize = 500

export interface WantedExport {
  selection: Selection
  /** What is exported while nobody is selected. */
  filter: StaffFilter
  apps: readonly App[]
}

/** Reads the people page by page, makes the CSV in the browser and hands it over as a file. */
export function useExport() {
  return useMutation({
    mutationFn: async ({ selection, filter, apps }: WantedExport) => {
      const id = notifications.show({ message: 'Exporting…', loading: true, autoClose: false })
      try {
        const staff = await collect(selection, filter, (done, total) =>
          notifications.update({
            id,
            message: `Exporting ${formatNumber(done)} of ${people(total)}…`,
            loading: true,
          }),
        )
        saveFile(`staff-${new Date().toISOString().slice(0, 10)}.csv`, staffCsv(staff, apps))
        notifications.update({
          id,
          message: `Exported ${people(staff.length)}.`,
          loading: false,
          autoClose: 4000,
        })
      } catch (error) {
        const { sentence } = problemWords(error)
        notifications.update({ id, message: `Not exported. ${sentence}`, loading: false, autoClose: false })
      }
    },
  })
}

/** People picked one by one may match no common filter, so the whole roster is looked through for them. */
async function collect(
  selection: Selection,
  filter: StaffFilter,
  onPage: (done: number, total: number) => void,
): Promise<Person[]> {
  const picked = selection.mode === 'some' && selection.ids.size > 0 ? selection.ids : null
  const asked = selection.mode === 'all' ? selection.filter : picked ? {} : filter
  const staff: Person[] = []
  let cursor: string | null = null
  do {
    const page: { items: Person[]; nextCursor: string | null; total: number } = await api('GET /staff', {
      query: { ...asked, limit: pageSize, cursor: cursor ?? undefined },
    })
    staff.push(...(picked ? page.items.filter(({ accountId }) => picked.has(accountId)) : page.items))
    cursor = page.nextCursor
    onPage(staff.length, picked ? selectionSize(selection) : page.total)
  } while (cursor !== null && !(picked && staff.length === picked.size))
  return staff
}
