import { notifications } from '@mantine/notifications'
import { useMutation } from '@tanstack/react-query'
import type { App } from '../../../contract/words.ts'
import { api, problemWords } from '../../api.ts'
import { saveFile } from './export.ts'
import { type Selection, selectionBody, selectionSize } from './selection.ts'

/** Hands over the map file of the selected people; while nobody is selected, of everybody not connected. */
export function useMapDownload() {
  return useMutation({
    mutationFn: ({ app, selection }: { app: App; selection: Selection }) =>
      selectionSize(selection) === 0
        ? api('GET /map-files/{app}', { params: { app }, query: {} })
        : api('POST /map-files/{app}/download', {
            params: { app },
            body: { selection: selectionBody(selection) },
          }),
    onSuccess: (file, { app }) => saveFile(mapFileName(app), file),
    onError: (error) => {
      const { title, sentence } = problemWords(error)
      notifications.show({ title, message: sentence, autoClose: false })
    },
  })
}

export function mapFileName(app: App, suffix = ''): string {
  return `map-${app}-${new Date().toISOString().slice(0, 10)}${suffix}.csv`
}
