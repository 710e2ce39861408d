import { Button, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useCallback, useState } from 'react'
import { type App, appNames } from '../../../contract/words.ts'
import { type AuditEntry, api } from '../../api.ts'
import { EmptyNotice, ProblemNotice } from '../../components/notices.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { usePaged } from '../../components/paged.ts'
import { useRowHeight } from '../../components/row-height.ts'
import { Time } from '../../components/time.tsx'
import { VirtualTable } from '../../components/virtual-table.tsx'
import classes from './audit-log.module.css'

const route = getRouteApi('/shell/settings/settings/audit-log')

/** Who did what to whom, newest first. */
export function AuditLog() {
  const { action, subject } = route.useSearch()
  const navigate = useNavigate()
  const list = usePaged(['audit', action, subject], (cursor) =>
    api('GET /audit', { query: { limit: 200, cursor, action, subject } }),
  )
  const rowHeight = useRowHeight()
  const cells = useCallback((entry: AuditEntry) => <EntryCells entry={entry} />, [])
  const filtered = action !== undefined || subject !== undefined
  const go = (next: { action?: string; subject?: string }) =>
    navigate({ to: '/settings/audit-log', search: { action, subject, ...next }, replace: true })
  return (
    <>
      <PageHeader title="Audit Log" />
      <search className={classes.filters}>
        <FilterField
          key={`action ${action === undefined}`}
          label="Action"
          placeholder="Action, such as run.start"
          value={action}
          onChange={(text) => go({ action: text })}
        />
        <FilterField
          key={`subject ${subject === undefined}`}
          label="Subject"
          placeholder="Subject, such as an account id"
          value={subject}
          onChange={(text) => go({ subject: text })}
        />
        <Button
          variant="subtle"
          color="gray"
          style={{ visibility: filtered ? 'visible' : 'hidden' }}
          onClick={() => navigate({ to: '/settings/audit-log', search: {} })}
        >
          Clear
        </Button>
      </search>
      {list.error && list.rows.length === 0 ? (
        <ProblemNotice error={list.error} onRetry={list.retry} />
      ) : (
        <VirtualTable
          key={`${action} ${subject}`}
          label="Audit log"
          total={list.loading ? 10 : list.total}
          rows={list.rows}
          rowHeight={rowHeight}
          grid={classes.grid}
          onReach={list.reach}
          cells={cells}
          empty={
            !list.loading && (
              <EmptyNotice title={filtered ? 'No entry matches' : 'No entry yet'}>
                <p>
                  {filtered
                    ? 'Clear the filters to see everything.'
                    : 'Every privileged act will stand here.'}
                </p>
              </EmptyNotice>
            )
          }
          header={
            <>
              <th scope="col">When</th>
              <th scope="col">Who</th>
              <th scope="col">Action</th>
              <th scope="col">Subject</th>
              <th scope="col">Details</th>
            </>
          }
        />
      )}
    </>
  )
}

interface FilterFieldProps {
  label: string
  placeholder: string
  value: string | undefined
  onChange: (text: string | undefined) => void
}

function FilterField({ label, placeholder, value = '', onChange }: FilterFieldProps) {
  const [text, setText] = useState(value)
  const settle = useDebouncedCallback((typed: string) => onChange(typed.trim() || undefined), 250)
  return (
    <TextInput
      aria-label={label}
      placeholder={placeholder}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value)
        settle(event.currentTarget.value)
      }}
    />
  )
}

function EntryCells({ entry }: { entry: AuditEntry }) {
  const details = detailWords(entry.detail)
  return (
    <>
      <td className={`${classes.when} clip soft`}>
        <Time at={entry.at} />
      </td>
      <td className={`${classes.who} clip`}>{entry.actor}</td>
      <td className={`${classes.action} clip`}>
        {entry.action}
        {entry.app && <span className="soft"> · {appNames[entry.app as App] ?? entry.app}</span>}
      </td>
      <td className={`${classes.subject} clip`} title={entry.subject ?? undefined}>
        {entry.subject}
      </td>
      <td className={`${classes.detail} clip soft`} title={details}>
        {details}
      </td>
    </>
  )
}

const longest = 400

/** The facts of an entry on one line; a batch names every person, of whom the line shows the first. */
function detailWords(detail: AuditEntry['detail']): string {
  const words = Object.entries(detail)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' · ')
  return words.length > longest ? `${words.slice(0, longest)}…` : words
}
