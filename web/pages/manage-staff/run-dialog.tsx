import { Button, Group, Modal, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { RunAction } from '../../../contract/words.ts'
import { api, type RunPreview } from '../../api.ts'
import { formatNumber, people } from '../../components/format.ts'
import { ProblemLine, ProblemNotice } from '../../components/notices.tsx'
import { actionTitle } from '../../components/run-words.ts'
import classes from './run-dialog.module.css'
import { selectionBody, selectionSize } from './selection.ts'
import { useStartRun, type WantedRun } from './use-connection-changes.ts'

const verbs: Record<RunAction, string> = {
  connect: 'Connect',
  disconnect: 'Disconnect',
  retry: 'Retry',
  accept: 'Accept proposals',
}

const tryWords: Record<RunAction, string> = {
  connect: 'to be looked up and, where the evidence is good, connected',
  disconnect: 'to be disconnected',
  retry: 'to be tried again',
  accept: 'with one proposal, to be connected',
}

export interface RunDialogProps {
  wanted: WantedRun | null
  /** Who is selected, where that is not just the rows ticked on the screen. */
  remark: string
  onClose: () => void
  /** A run that changes people has begun. */
  onStarted: () => void
}

/** Before a run: how many people it is about, who is connected already, who is left alone and why. */
export function RunDialog({ wanted, remark, onClose, onStarted }: RunDialogProps) {
  const whom = wanted && people(selectionSize(wanted.selection)) + (remark && ` (${remark})`)
  return (
    <Modal
      opened={wanted !== null}
      onClose={onClose}
      size={480}
      title={wanted && whom && actionTitle(wanted.action, wanted.app, whom)}
    >
      {wanted && <Question wanted={wanted} onClose={onClose} onStarted={onStarted} />}
    </Modal>
  )
}

function Question({
  wanted,
  onClose,
  onStarted,
}: Omit<RunDialogProps, 'wanted' | 'remark'> & { wanted: WantedRun }) {
  const { app, action, selection } = wanted
  const body = { app, action, selection: selectionBody(selection) }
  const preview = useQuery({
    queryKey: ['runs', 'preview', body],
    queryFn: () => api('POST /runs/preview', { body }),
    staleTime: 0,
    gcTime: 0,
  })
  const start = useStartRun(({ dryRun }) => {
    onClose()
    // What a dry run has shown is usually wanted for the same people next.
    if (!dryRun) onStarted()
  })
  if (preview.error) return <ProblemNotice error={preview.error} onRetry={() => preview.refetch()} />

  const blocked = preview.data?.blockedReason
  const nothing = preview.data?.willTry === 0
  // Started: nothing more can be pressed while the dialog fades away.
  const impossible = !preview.data || Boolean(blocked) || nothing || start.isSuccess
  return (
    <div className={classes.question}>
      {preview.data ? <Counts preview={preview.data} action={action} /> : <Skeleton height={62} />}
      {blocked && <p className={classes.blocked}>{blocked}</p>}
      {nothing && !blocked && <p>Nobody of these people would change.</p>}
      <p className="soft">
        A dry run finds out what would happen, person by person, and changes nothing.
        {preview.data?.stepUpRequired &&
          ' Starting this will ask for your password: it is about many people.'}
      </p>
      <ProblemLine error={start.error} />
      <Group justify="flex-end" gap="xs">
        <Button variant="subtle" color="gray" onClick={onClose}>
          Not now
        </Button>
        <Button
          variant="default"
          disabled={impossible}
          loading={start.isPending && start.variables.dryRun === true}
          onClick={() => start.mutate({ ...wanted, dryRun: true })}
        >
          Dry run
        </Button>
        <Button
          disabled={impossible}
          color={action === 'disconnect' ? 'red.8' : undefined}
          loading={start.isPending && !start.variables.dryRun}
          onClick={() => start.mutate({ ...wanted, dryRun: false })}
          data-autofocus
        >
          {verbs[action]}
        </Button>
      </Group>
    </div>
  )
}

function Counts({ preview, action }: { preview: RunPreview; action: RunAction }) {
  const lines: [count: number, words: string][] = [
    [preview.willTry, tryWords[action]],
    ...(preview.alreadyConnected > 0 && action !== 'disconnect'
      ? [[preview.alreadyConnected, 'already connected'] as [number, string]]
      : []),
    ...preview.leftAlone.map(({ count, reason }): [number, string] => [count, `left alone: ${reason}`]),
  ]
  return (
    <table className={classes.counts}>
      <tbody>
        {lines.map(([count, words]) => (
          <tr key={words}>
            <td className="number">{formatNumber(count)}</td>
            <th scope="row">{words}</th>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <td className="number">{formatNumber(preview.selected)}</td>
          <th scope="row">selected</th>
        </tr>
      </tfoot>
    </table>
  )
}
