import { Button, Group } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Connection, InstalledApp, PersonDetail } from '../../api.ts'
import { AccountPicker } from '../../components/account-picker.tsx'
import { AppIcon } from '../../components/app-icon.tsx'
import { FailureText } from '../../components/failure-text.tsx'
import { ProblemLine } from '../../components/notices.tsx'
import { Time } from '../../components/time.tsx'
import { ConnectionState } from './connection-state.tsx'
import classes from './person-panel.module.css'
import { useAcceptAccount, useDisconnect, useRejectAccount } from './use-connection-changes.ts'

export interface PersonAppCardProps {
  person: PersonDetail
  app: InstalledApp
  onConnect: () => void
  onRetry: () => void
}

/** One app of one person: how it stands, why, and what can be done about it. */
export function PersonAppCard({ person, app, onConnect, onRetry }: PersonAppCardProps) {
  const connection = person.connections.find((one) => one.app === app.app)
  const status = connection?.status ?? 'not_connected'
  const [choosing, setChoosing] = useState(false)
  const accept = useAcceptAccount(person.accountId, app.app, () => setChoosing(false))
  const disconnect = useDisconnect(person.accountId, app.app)
  const proposals = person.proposals.filter((one) => one.app === app.app)
  const { disabledReason } = app

  return (
    <section className={classes.card} aria-label={app.name}>
      <h3>
        <AppIcon app={app.app} />
        {app.name}
      </h3>
      {connection && status !== 'not_connected' ? (
        <ConnectionState connection={connection} withApp={false} />
      ) : (
        <p className="soft">Not connected.</p>
      )}
      {connection?.failure && <FailureText failure={connection.failure} besidePerson />}
      {proposals.length > 0 && (
        <Proposals
          person={person}
          proposals={proposals}
          accepting={accept.isPending}
          onAccept={(externalId) => accept.mutate(externalId)}
        />
      )}
      <p className="soft small">
        {app.directory.readAt ? (
          <>
            Directory last read <Time at={app.directory.readAt} />
          </>
        ) : (
          'The directory has not been read yet; a run reads it.'
        )}
      </p>
      {choosing ? (
        <AccountPicker
          app={app.app}
          candidates={[]}
          pending={accept.isPending}
          error={accept.error}
          onPick={(externalId) => accept.mutate(externalId)}
        />
      ) : (
        <ProblemLine error={accept.error} />
      )}
      <ProblemLine error={disconnect.error} />
      {disabledReason && (
        <p className="small">
          {disabledReason}{' '}
          <Link to="/settings/apps/$app" params={{ app: app.app }} className="link">
            Open Settings › Apps › {app.name}
          </Link>
        </p>
      )}
      <Group gap={8}>
        {status === 'not_connected' && (
          <Button disabled={disabledReason !== null} onClick={onConnect}>
            Connect
          </Button>
        )}
        {isBroken(connection) && (
          <Button variant="default" disabled={disabledReason !== null} onClick={onRetry}>
            Retry
          </Button>
        )}
        {status !== 'connected' && status !== 'opted_out' && !choosing && (
          <Button variant="default" onClick={() => setChoosing(true)}>
            Search the directory
          </Button>
        )}
        {(status === 'connected' || status === 'waiting' || status === 'paused') && (
          <DisconnectButton
            question={`Disconnect ${person.displayName} from ${app.name}?`}
            pending={disconnect.isPending}
            onDisconnect={() => disconnect.mutate()}
          />
        )}
      </Group>
    </section>
  )
}

interface DisconnectButtonProps {
  question: string
  pending: boolean
  onDisconnect: () => void
}

/** Asks in its own place before anything happens. */
function DisconnectButton({ question, pending, onDisconnect }: DisconnectButtonProps) {
  const [asking, setAsking] = useState(false)
  if (!asking && !pending) {
    return (
      <Button variant="default" onClick={() => setAsking(true)}>
        Disconnect
      </Button>
    )
  }
  return (
    <Group gap={8} role="group" aria-label={question}>
      <span>{question}</span>
      <Button
        color="red.8"
        loading={pending}
        onClick={() => {
          setAsking(false)
          onDisconnect()
        }}
      >
        Disconnect
      </Button>
      <Button variant="default" disabled={pending} autoFocus onClick={() => setAsking(false)}>
        Keep it
      </Button>
    </Group>
  )
}

function isBroken(connection: Connection | undefined): boolean {
  return connection?.status === 'failed' || connection?.status === 'needs_mapping'
}

interface ProposalsProps {
  person: PersonDetail
  proposals: PersonDetail['proposals']
  accepting: boolean
  onAccept: (externalId: string) => void
}

function Proposals({ person, proposals, accepting, onAccept }: ProposalsProps) {
  return (
    <ul className={classes.proposals} aria-label="Proposals">
      {proposals.map((proposal) => (
        <Proposal
          key={proposal.externalId}
          person={person}
          proposal={proposal}
          accepting={accepting}
          onAccept={() => onAccept(proposal.externalId)}
        />
      ))}
    </ul>
  )
}

interface ProposalProps {
  person: PersonDetail
  proposal: PersonDetail['proposals'][number]
  accepting: boolean
  onAccept: () => void
}

function Proposal({ person, proposal, accepting, onAccept }: ProposalProps) {
  const reject = useRejectAccount(person.accountId, proposal.app)
  const { login, name, reasons, externalId } = proposal
  return (
    <li>
      <div>
        <strong>{login}</strong> {name && <span className="soft">{name}</span>}
      </div>
      <ul className="soft small">
        {reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
      <Group gap={8}>
        <Button
          disabled={accepting || reject.isPending}
          onClick={onAccept}
          aria-label={`This is the account: ${login}`}
        >
          This is the account
        </Button>
        <Button
          variant="default"
          disabled={accepting}
          loading={reject.isPending}
          onClick={() => reject.mutate(externalId)}
          aria-label={`Not this one: ${login}`}
        >
          Not this one
        </Button>
      </Group>
      <ProblemLine error={reject.error} />
    </li>
  )
}
