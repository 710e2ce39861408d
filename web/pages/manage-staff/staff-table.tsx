import { ArrowDown, ArrowUp } from 'lucide-react'
import { type MouseEvent, type ReactNode, type Ref, useCallback, useMemo } from 'react'
import type { Person } from '../../api.ts'
import { ConnectionMark } from '../../components/connection-mark.tsx'
import { useRowHeight } from '../../components/row-height.ts'
import { VirtualTable, type VirtualTableHandle } from '../../components/virtual-table.tsx'
import type { StaffSort } from './filters.ts'
import { isSelected, type Selection, selectionSize } from './selection.ts'
import type { StaffList } from './staff-list.ts'
import classes from './staff-table.module.css'

export interface StaffTableProps {
  list: StaffList
  sort: StaffSort
  selection: Selection
  current: number
  openPerson: string | undefined
  onSort: (sort: StaffSort) => void
  onToggle: (accountId: string, range: boolean) => void
  onTogglePage: () => void
  onOpen: (accountId: string) => void
  empty: ReactNode
  ref: Ref<VirtualTableHandle>
}

/** Everybody who matches, one row each. */
export function StaffTable(props: StaffTableProps) {
  const { list, sort, selection, current, openPerson, onSort, onToggle, onTogglePage, onOpen } = props
  const rowHeight = useRowHeight()
  const cells = useCallback(
    (person: Person, _index: number, state: string) => (
      <PersonCells
        person={person}
        selected={state.includes('selected')}
        onToggle={onToggle}
        onOpen={onOpen}
      />
    ),
    [onToggle, onOpen],
  )
  const stateOf = useCallback(
    (person: Person, index: number) =>
      [
        isSelected(selection, person) && 'selected',
        index === current && 'current',
        person.accountId === openPerson && 'open',
      ]
        .filter(Boolean)
        .join(' '),
    [selection, current, openPerson],
  )
  const { rows } = list
  const ticked = useMemo(() => tickOf(selection, rows), [selection, rows])

  return (
    <VirtualTable
      ref={props.ref}
      label="Staff"
      total={list.loading ? 20 : list.total}
      rows={rows}
      rowHeight={rowHeight}
      grid={classes.grid}
      dimmed={list.stale}
      onReach={list.reach}
      keep={current >= 0 ? current : undefined}
      cells={cells}
      stateOf={stateOf}
      empty={props.empty}
      header={
        <>
          <th scope="col" className={classes.tick}>
            <input
              type="checkbox"
              aria-label="Select everyone loaded"
              title="Select everyone loaded"
              checked={ticked === 'all'}
              ref={(box) => {
                if (box) box.indeterminate = ticked === 'some'
              }}
              onChange={onTogglePage}
            />
          </th>
          <SortHeader label="Name" by="name" sort={sort} onSort={onSort} />
          <SortHeader label="Account id" by="accountId" sort={sort} onSort={onSort} className={classes.id} />
          <SortHeader label="Email" by="email" sort={sort} onSort={onSort} className={classes.email} />
          <th scope="col" className={classes.groups}>
            Groups and teams
          </th>
          <th scope="col" className={classes.apps}>
            Connected apps
          </th>
          <SortHeader label="Status" by="status" sort={sort} onSort={onSort} className={classes.status} />
        </>
      }
    />
  )
}

/** The tick in the header: everyone loaded is selected, some are, or nobody. */
function tickOf(selection: Selection, rows: readonly Person[]): 'all' | 'some' | 'none' {
  if (rows.length === 0 || selectionSize(selection) === 0) return 'none'
  if (rows.every((person) => isSelected(selection, person))) return 'all'
  return rows.some((person) => isSelected(selection, person)) ? 'some' : 'none'
}

interface PersonCellsProps {
  person: Person
  selected: boolean
  onToggle: (accountId: string, range: boolean) => void
  onOpen: (accountId: string) => void
}

function PersonCells({ person, selected, onToggle, onOpen }: PersonCellsProps) {
  const belongs = [...person.groups, ...person.teams].join(', ')
  return (
    <>
      <td className={classes.tick}>
        <input
          type="checkbox"
          aria-label={`Select ${person.displayName}`}
          checked={selected}
          onClick={(event: MouseEvent<HTMLInputElement>) => onToggle(person.accountId, event.shiftKey)}
          // The click knows whether Shift is held; the change event does not.
          onChange={ignore}
        />
      </td>
      <td className={`${classes.name} clip`}>
        <button type="button" data-row-focus onClick={() => onOpen(person.accountId)}>
          {person.displayName}
        </button>
      </td>
      <td className={`${classes.id} clip small soft`} title={person.accountId}>
        {person.accountId}
      </td>
      <td className={`${classes.email} clip`} title={person.email ?? undefined}>
        {person.email ?? <span className="soft">No email</span>}
      </td>
      <td className={`${classes.groups} clip soft`} title={belongs}>
        {belongs}
      </td>
      <td className={classes.apps}>
        {person.connections.map((connection) => (
          <ConnectionMark key={connection.app} accountId={person.accountId} connection={connection} />
        ))}
      </td>
      <td className={`${classes.status} soft`}>{person.active ? 'Active' : 'Inactive'}</td>
    </>
  )
}

function ignore() {}

interface SortHeaderProps {
  label: string
  by: 'name' | 'email' | 'accountId' | 'status'
  sort: StaffSort
  onSort: (sort: StaffSort) => void
  className?: string
}

function SortHeader({ label, by, sort, onSort, className }: SortHeaderProps) {
  const direction = sort === by ? 'ascending' : sort === `-${by}` ? 'descending' : 'none'
  return (
    <th scope="col" aria-sort={direction} className={className}>
      <button
        type="button"
        className={classes.sort}
        onClick={() => onSort(direction === 'ascending' ? `-${by}` : by)}
      >
        {label}
        {direction === 'ascending' && <ArrowUp size={12} aria-hidden="true" />}
        {direction === 'descending' && <ArrowDown size={12} aria-hidden="true" />}
      </button>
    </th>
  )
}
