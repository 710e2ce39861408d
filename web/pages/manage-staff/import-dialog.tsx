import { Button, FileButton, Group, Modal } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { RouteOutput } from '../../../contract/routes/index.ts'
import { api } from '../../api.ts'
import { formatNumber, people } from '../../components/format.ts'
import { ProblemLine } from '../../components/notices.tsx'
import { useMutationOnce } from '../../components/use-mutation-once.ts'
import { saveFile } from './export.ts'
import classes from './import-dialog.module.css'
import { refreshStaff } from './staff-list.ts'

type ImportResult = RouteOutput<'POST /staff/import'>
type ImportRow = ImportResult['refused'][number]

const header = 'account_id,display_name,email,aliases,groups,teams,active'
const shownRows = 100

/** Roster from a CSV file: choose, look at what would change, import. */
export function ImportDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Import roster" size={640}>
      <ImportSteps onClose={onClose} />
    </Modal>
  )
}

function ImportSteps({ onClose }: { onClose: () => void }) {
  const client = useQueryClient()
  const [text, setText] = useState<string | null>(null)
  const [name, setName] = useState('')
  const send = (body: string, dryRun: 'true' | 'false') =>
    api('POST /staff/import', { query: { dryRun }, body })
  const preview = useMutation({ mutationFn: (body: string) => send(body, 'true') })
  const apply = useMutationOnce({
    mutationFn: (body: string) => send(body, 'false'),
    onSuccess: ({ counts }) => {
      refreshStaff(client)
      notifications.show({
        message: `Roster imported: ${formatNumber(counts.added)} added, ${formatNumber(counts.changed)} changed.`,
      })
      if (counts.refused === 0) onClose()
    },
  })
  const choose = async (file: File | null) => {
    if (!file) return
    const content = await file.text()
    setName(file.name)
    setText(content)
    apply.reset()
    preview.mutate(content)
  }
  const result = apply.data ?? preview.data
  const changes = preview.data ? preview.data.counts.added + preview.data.counts.changed : 0

  return (
    <div className={classes.steps}>
      <p>
        A CSV file in UTF-8 with the columns <code>{header}</code>. People are recognised by their account id;
        those who are not in the file stay as they are.{' '}
        <button
          type="button"
          className={classes.textButton}
          onClick={() => saveFile('roster.csv', `\uFEFF${header}\r\n`)}
        >
          Download an empty file
        </button>
      </p>
      <Group gap="sm">
        <FileButton
          onChange={choose}
          accept=".csv,text/csv,text/plain"
          inputProps={{ 'aria-label': 'Roster file' }}
        >
          {(props) => (
            <Button variant="default" loading={preview.isPending} {...props}>
              Choose file
            </Button>
          )}
        </FileButton>
        <span className="soft clip">{name || 'No file chosen'}</span>
      </Group>
      <ProblemLine error={preview.error ?? apply.error} />
      {result && <Result result={result} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="subtle" color="gray" onClick={onClose}>
          {apply.data ? 'Close' : 'Not now'}
        </Button>
        {!apply.data && (
          <Button
            disabled={text === null || changes === 0}
            loading={apply.isPending}
            onClick={() => text !== null && apply.mutate(text)}
          >
            {changes > 0 ? `Import ${people(changes)}` : 'Import'}
          </Button>
        )}
      </Group>
    </div>
  )
}

function Result({ result }: { result: ImportResult }) {
  const { counts, dryRun } = result
  return (
    <section aria-label="What the file does" className={classes.result}>
      <p role="status" className="number">
        {dryRun ? 'This file would be: ' : 'Done: '}
        <strong>{formatNumber(counts.added)}</strong> added · <strong>{formatNumber(counts.changed)}</strong>{' '}
        changed · <strong>{formatNumber(counts.unchanged)}</strong> unchanged ·{' '}
        <strong>{formatNumber(counts.refused)}</strong> refused
      </p>
      <Rows title="Refused; the other rows are taken all the same" rows={result.refused} />
      <Rows title="To look at; these rows are taken" rows={result.warnings} />
    </section>
  )
}

function Rows({ title, rows }: { title: string; rows: ImportRow[] }) {
  if (rows.length === 0) return null
  return (
    <>
      <h3>{title}</h3>
      <ul>
        {rows.slice(0, shownRows).map(({ line, accountId, reason }) => (
          <li key={`${line} ${reason}`}>
            <span className="soft number">Line {formatNumber(line)}</span>
            <span>
              {accountId && <strong>{accountId}: </strong>}
              {reason}
            </span>
          </li>
        ))}
      </ul>
      {rows.length > shownRows && <p className="soft">and {formatNumber(rows.length - shownRows)} more</p>}
    </>
  )
}
