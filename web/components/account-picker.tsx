import { Button, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type App, appNames } from '../../contract/words.ts'
import type { DirectoryEntry, ShownFailure } from '../api.ts'
import { directoryQuery } from '../queries.ts'
import classes from './account-picker.module.css'
import { formatNumber } from './format.ts'
import { ProblemLine } from './notices.tsx'

type Candidate = NonNullable<ShownFailure['evidence']['candidates']>[number]

export interface AccountPickerProps {
  app: App
  /** Accounts to offer before anything is typed. */
  candidates: Candidate[]
  pending: boolean
  error: unknown
  onPick: (externalId: string) => void
}

/** Finds an account in the directory that was read from the vendor, and takes it for a person. */
export function AccountPicker({ app, candidates, pending, error, onPick }: AccountPickerProps) {
  const [text, setText] = useState('')
  const [search] = useDebouncedValue(text.trim(), 200)
  const found = useQuery({
    ...directoryQuery(app, search),
    enabled: search !== '',
    placeholderData: keepPreviousData,
  })
  const listed: (Candidate | DirectoryEntry)[] = search === '' ? candidates : (found.data?.items ?? [])
  const more = search === '' ? 0 : (found.data?.total ?? 0) - listed.length
  return (
    <div className={classes.picker}>
      <TextInput
        data-autofocus
        aria-label={`Search the ${appNames[app]} directory`}
        placeholder={`Search the ${appNames[app]} directory`}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <ProblemLine error={error ?? found.error} />
      <ul className={classes.list}>
        {listed.map((account) => (
          <li key={account.externalId} className={classes.account}>
            <div className={classes.who}>
              <strong className="clip">{account.login}</strong>
              <span className="soft small">{remarks(account)}</span>
            </div>
            {!account.takenBy && (
              <Button
                variant="default"
                disabled={pending}
                onClick={() => onPick(account.externalId)}
                aria-label={`This is the account: ${account.login}`}
              >
                This is the account
              </Button>
            )}
          </li>
        ))}
      </ul>
      {search !== '' && found.data?.total === 0 && (
        <p className="soft small">
          No account like that in the directory. It is read anew at the start of every run.
        </p>
      )}
      {more > 0 && <p className="soft small">{formatNumber(more)} more: type more of the name.</p>}
    </div>
  )
}

function remarks(account: Candidate | DirectoryEntry): string {
  return [
    account.name,
    'kind' in account && account.kind !== 'human' && account.kind,
    'suspended' in account && account.suspended && 'suspended',
    account.takenBy && `already connected to ${account.takenBy.displayName}`,
  ]
    .filter(Boolean)
    .join(' · ')
}
