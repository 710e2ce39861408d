import { CloseButton, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import type { App } from '../../../contract/words.ts'
import type { InstalledApp, PersonDetail } from '../../api.ts'
import { ProblemNotice } from '../../components/notices.tsx'
import { Time } from '../../components/time.tsx'
import { personQuery } from '../../queries.ts'
import { PersonAppCard } from './person-app-card.tsx'
import classes from './person-panel.module.css'

export interface PersonPanelProps {
  accountId: string
  apps: readonly InstalledApp[]
  onConnect: (accountId: string, app: App) => void
  onRetry: (accountId: string, app: App) => void
  onClose: () => void
}

/** Everything about one person, beside the list; its address is the page's with `?person=`. */
export function PersonPanel({ accountId, apps, onConnect, onRetry, onClose }: PersonPanelProps) {
  const { data: person, error, refetch } = useQuery(personQuery(accountId))
  const heading = useRef<HTMLHeadingElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another person's panel takes the focus again
  useEffect(() => heading.current?.focus({ preventScroll: true }), [accountId])
  const built = apps.filter(({ health }) => health !== 'unavailable')

  return (
    <aside className={classes.panel} aria-label="Person">
      <header className={classes.header}>
        <h2 ref={heading} tabIndex={-1}>
          {person?.displayName ?? <Skeleton height={20} width={180} />}
        </h2>
        <CloseButton onClick={onClose} aria-label="Close the panel" />
      </header>
      <div className={classes.body}>
        {error && <ProblemNotice error={error} onRetry={() => refetch()} />}
        {!person && !error && <Skeleton height={320} />}
        {person && (
          <>
            <Identity person={person} />
            {built.map((app) => (
              <PersonAppCard
                key={`${accountId} ${app.app}`}
                person={person}
                app={app}
                onConnect={() => onConnect(accountId, app.app)}
                onRetry={() => onRetry(accountId, app.app)}
              />
            ))}
            <History person={person} />
          </>
        )}
      </div>
    </aside>
  )
}

function Identity({ person }: { person: PersonDetail }) {
  const lines: [name: string, value: string][] = [
    ['Account id', person.accountId],
    ['Email', person.email ?? 'None on the roster'],
    ['Also known as', person.aliases.join(', ')],
    ['Groups', person.groups.join(', ')],
    ['Teams', person.teams.join(', ')],
    ['Status', person.active ? 'Active' : 'Inactive'],
  ]
  return (
    <dl className={classes.identity}>
      {lines
        .filter(([, value]) => value !== '')
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  )
}

function History({ person }: { person: PersonDetail }) {
  return (
    <section aria-labelledby="history">
      <h3 id="history">History</h3>
      {person.history.length === 0 && <p className="soft">Nothing has happened yet.</p>}
      <ul className={classes.history}>
        {person.history.map(({ at, actor, sentence, app }) => (
          <li key={`${at} ${app} ${sentence}`}>
            <span>{sentence}</span>
            <span className="soft small">
              {actor}, <Time at={at} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
