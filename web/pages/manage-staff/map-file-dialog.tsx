import { Button, FileButton, Group, Modal, NativeSelect } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import type { RouteOutput } from '../../../contract/routes/index.ts'
import { type App, appNames } from '../../../contract/words.ts'
import { api, NotConfirmed } from '../../api.ts'
import { formatNumber, people } from '../../components/format.ts'
import { ProblemLine } from '../../components/notices.tsx'
import { useStepUp } from '../../components/step-up.tsx'
import { saveFile } from './export.ts'
import classes from './import-dialog.module.css'
import own from './map-file-dialog.module.css'
import { refreshStaff } from './staff-list.ts'
import { mapFileName } from './use-map-download.ts'

type Result = RouteOutput<'POST /map-files/{app}'>
type Row = Result['rows'][number]

const shownRows = 100

interface MapFile {
  name: string
  content: Blob
}

interface MapFileDialogProps {
  opened: boolean
  /** Those that are installed. */
  apps: readonly App[]
  onClose: () => void
}

/** A map file: choose, look at what it would do, apply, take the result. */
export function MapFileDialog({ opened, apps, onClose }: MapFileDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Upload map file" size={720}>
      <Steps apps={apps} onClose={onClose} />
    </Modal>
  )
}

function Steps({ apps, onClose }: Pick<MapFileDialogProps, 'apps' | 'onClose'>) {
  const client = useQueryClient()
  const stepUp = useStepUp()
  const [app, setApp] = useState(apps[0])
  const [file, setFile] = useState<MapFile | null>(null)
  const forget = useRef<() => void>(null)
  const send = (wanted: { app: App; file: MapFile }, dryRun: 'true' | 'false') =>
    api('POST /map-files/{app}', {
      params: { app: wanted.app },
      query: { dryRun },
      body: wanted.file.content,
    })
  const preview = useMutation({ mutationFn: (wanted: { app: App; file: MapFile }) => send(wanted, 'true') })
  const apply = useMutation({
    mutationFn: (wanted: { app: App; file: MapFile }) => stepUp(() => send(wanted, 'false')),
    onSuccess: ({ counts }, wanted) => {
      refreshStaff(client)
      client.invalidateQueries({ queryKey: ['apps'] })
      const done = people(changesOf(counts))
      notifications.show({ message: `Map file applied to ${appNames[wanted.app]}: ${done} changed.` })
    },
  })
  // What was applied is there already, so looking at the file again tells how it is now.
  const download = useMutation({
    mutationFn: (wanted: { app: App; file: MapFile }) =>
      api.csv('POST /map-files/{app}', {
        params: { app: wanted.app },
        query: { dryRun: 'true' },
        body: wanted.file.content,
      }),
    onSuccess: (text, wanted) => saveFile(mapFileName(wanted.app, '-result'), text),
  })
  const look = (next: { app: App | undefined; file: MapFile | null }) => {
    apply.reset()
    preview.reset()
    download.reset()
    setApp(next.app)
    setFile(next.file)
    if (next.app && next.file) preview.mutate({ app: next.app, file: next.file })
  }
  const choose = async (chosen: File | null) => {
    if (!chosen) return
    // What was looked at is what is applied, also when the spreadsheet saves the file in between.
    look({ app, file: { name: chosen.name, content: new Blob([await chosen.arrayBuffer()]) } })
    // So that the same file can be chosen again once it was corrected.
    forget.current?.()
  }
  const result = apply.data ?? preview.data
  const changes = preview.data ? changesOf(preview.data.counts) : 0
  const wanted = app && file ? { app, file } : undefined
  const error = apply.error instanceof NotConfirmed ? null : apply.error

  return (
    <div className={classes.steps}>
      <p>
        The file that <strong>Manually map with …</strong> in the Actions menu downloads, with{' '}
        <code>external_login</code>, <code>external_id</code> or <code>action</code> (<code>map</code>,{' '}
        <code>skip</code>, <code>disconnect</code>, <code>accept</code>) filled in. Rows left blank stay as
        they are. Nothing is done before you press Apply.
      </p>
      <Group gap="sm" align="end">
        <NativeSelect
          label="App"
          value={app}
          data={apps.map((value) => ({ value, label: appNames[value] }))}
          onChange={(event) => look({ app: apps.find((one) => one === event.currentTarget.value), file })}
        />
        <FileButton
          resetRef={forget}
          onChange={choose}
          accept=".csv,text/csv,text/plain"
          inputProps={{ 'aria-label': 'Map file' }}
        >
          {(props) => (
            <Button variant="default" loading={preview.isPending} {...props}>
              Choose file
            </Button>
          )}
        </FileButton>
        <span className={`soft clip ${own.fileName}`}>{file?.name ?? 'No file chosen'}</span>
      </Group>
      <ProblemLine error={preview.error ?? error ?? download.error} />
      {result && <Outcome result={result} />}
      <Group justify="flex-end" gap="xs">
        {result && wanted && (apply.data || result.counts.refused > 0) && (
          <Button variant="default" loading={download.isPending} onClick={() => download.mutate(wanted)}>
            Download result file
          </Button>
        )}
        <Button variant="subtle" color="gray" onClick={onClose}>
          {apply.data ? 'Close' : 'Not now'}
        </Button>
        {!apply.data && (
          <Button
            disabled={!wanted || changes === 0}
            loading={apply.isPending}
            onClick={() => wanted && apply.mutate(wanted)}
          >
            {changes > 0 ? `Apply to ${people(changes)}` : 'Apply'}
          </Button>
        )}
      </Group>
    </div>
  )
}

function changesOf({ connected, changed, disconnected }: Result['counts']): number {
  return connected + changed + disconnected
}

function Outcome({ result }: { result: Result }) {
  const { counts, rows, dryRun } = result
  const of = (outcome: Row['outcome']) => rows.filter((row) => row.outcome === outcome)
  return (
    <section aria-label="What the file does" className={classes.result}>
      <p role="status" className="number">
        {dryRun ? 'Of ' : 'Done. Of '}
        <strong>{formatNumber(counts.rows)}</strong> rows: <strong>{formatNumber(counts.connected)}</strong>{' '}
        connected · <strong>{formatNumber(counts.changed)}</strong> changed ·{' '}
        <strong>{formatNumber(counts.disconnected)}</strong> disconnected ·{' '}
        <strong>{formatNumber(counts.unchanged + counts.skipped)}</strong> left alone ·{' '}
        <strong>{formatNumber(counts.refused)}</strong> refused
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable with the keyboard */}
      <section aria-label="Rows" className={own.rows} tabIndex={0}>
        <Rows title="Refused; the other rows are applied all the same" rows={of('refused')} />
        <Rows title="Disconnected" rows={of('disconnected')} />
        <Rows title="Given another account" rows={of('changed')} />
        <Rows title="Connected" rows={of('connected')} />
      </section>
    </section>
  )
}

function Rows({ title, rows }: { title: string; rows: Row[] }) {
  if (rows.length === 0) return null
  return (
    <>
      <h3>
        {title} ({formatNumber(rows.length)})
      </h3>
      <ul>
        {rows.slice(0, shownRows).map(({ line, accountId, code, sentence }) => (
          <li key={line}>
            <span className="soft number">Line {formatNumber(line)}</span>
            <span>
              {code && accountId && <strong>{accountId}: </strong>}
              {sentence}
            </span>
          </li>
        ))}
      </ul>
      {rows.length > shownRows && <p className="soft">and {formatNumber(rows.length - shownRows)} more</p>}
    </>
  )
}
