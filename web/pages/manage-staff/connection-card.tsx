import { Button, Group, UnstyledButton } from '@mantine/core'
import { useState } from 'react'
import type { Connection, Person } from '../../api.ts'
import { AccountPicker } from '../../components/account-picker.tsx'
import { FailureText } from '../../components/failure-text.tsx'
import classes from './connection-card.module.css'
import { ConnectionState } from './connection-state.tsx'
import { useAcceptAccount } from './use-connection-changes.ts'

export interface ConnectionCardProps {
  person: Person
  connection: Connection
  onRetry: () => void
  onOpen: () => void
  onDone: () => void
}

/** What a mark means for this person, and how to mend it in place. */
export function ConnectionCard({ person, connection, onRetry, onOpen, onDone }: ConnectionCardProps) {
  const [choosing, setChoosing] = useState(false)
  const accept = useAcceptAccount(person.accountId, connection.app, onDone)
  const { failure, status } = connection
  const broken = status === 'needs_mapping' || status === 'failed'
  return (
    <div className={classes.card}>
      <UnstyledButton className={classes.person} onClick={onOpen}>
        {person.displayName}
      </UnstyledButton>
      <ConnectionState connection={connection} />
      {failure && <FailureText failure={failure} besidePerson />}
      {broken && !choosing && (
        <Group gap={8} mt={8}>
          <Button variant="default" onClick={onRetry}>
            Retry
          </Button>
          <Button variant="default" onClick={() => setChoosing(true)}>
            Choose account
          </Button>
        </Group>
      )}
      {choosing && (
        <AccountPicker
          app={connection.app}
          candidates={failure?.evidence.candidates ?? []}
          pending={accept.isPending}
          error={accept.error}
          onPick={(externalId) => accept.mutate(externalId)}
        />
      )}
    </div>
  )
}
