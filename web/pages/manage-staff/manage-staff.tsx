import { Button, Menu } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { ChevronDown } from 'lucide-react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { App, RunAction } from '../../../contract/words.ts'
import { NotConfirmed, problemCode, problemWords } from '../../api.ts'
import { formatNumber } from '../../components/format.ts'
import type { Command } from '../../components/keys.ts'
import { ButtonLink } from '../../components/links.tsx'
import { EmptyNotice, ProblemNotice, SignedOut } from '../../components/notices.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import type { VirtualTableHandle } from '../../components/virtual-table.tsx'
import { appsQuery } from '../../queries.ts'
import { mappableApps } from './actions.ts'
import { ActionsMenu } from './actions-menu.tsx'
import { AppFaults } from './app-faults.tsx'
import { FilterBar } from './filter-bar.tsx'
import { filterOf, isFiltered, type StaffSearch } from './filters.ts'
import { FirstStep } from './first-step.tsx'
import { ImportDialog } from './import-dialog.tsx'
import { KeysHelp } from './keys-help.tsx'
import classes from './manage-staff.module.css'
import { MapFileDialog } from './map-file-dialog.tsx'
import { MarkCards } from './mark-card.tsx'
import { PersonPanel } from './person-panel.tsx'
import { RunDialog } from './run-dialog.tsx'
import { RunStrip } from './run-strip.tsx'
import { selectionRemark, selectionSize, type View } from './selection.ts'
import { SelectionBar } from './selection-bar.tsx'
import { useFacets, useStaffList } from './staff-list.ts'
import { StaffTable } from './staff-table.tsx'
import { useStartRun, type WantedRun } from './use-connection-changes.ts'
import { useExport } from './use-export.ts'
import { useKeys } from './use-keys.ts'
import { useMapDownload } from './use-map-download.ts'
import { useSelection } from './use-selection.ts'

const route = getRouteApi('/shell/settings/settings/staff')

/** The page on which the product is judged: everybody, how each is connected, and what to do about it. */
export function ManageStaff() {
  const search = route.useSearch()
  const navigate = useNavigate()
  // The address gives a new object with every navigation; what is asked for changes only with its content.
  const filterKey = JSON.stringify(filterOf(search))
  const filter = useMemo<ReturnType<typeof filterOf>>(() => JSON.parse(filterKey), [filterKey])
  const sort = search.sort ?? 'name'

  const { data: apps = [] } = useQuery(appsQuery)
  const { data: facets } = useFacets(filter)
  const list = useStaffList(filter, sort)
  const userId = route.useRouteContext({ select: ({ user }) => user.id })
  const { rows: shownRows, total, stale, loading } = list
  const view = useMemo<View>(() => ({ filter, rows: shownRows, total }), [filter, shownRows, total])
  const { selection, change } = useSelection(userId, stale || loading ? null : view)
  const remark = useMemo(() => selectionRemark(selection, view), [selection, view])
  const [current, setCurrent] = useState(-1)
  const [wanted, setWanted] = useState<WantedRun | null>(null)
  const [dialog, setDialog] = useState<'import' | 'map' | 'keys' | 'actions' | null>(null)
  const exporting = useExport()
  const mapping = useMapDownload()
  const { mutate: startRun } = useStartRun()

  const searchRef = useRef<HTMLInputElement>(null)
  const table = useRef<VirtualTableHandle>(null)
  const rows = useRef(list.rows)
  rows.current = list.rows

  const go = useCallback(
    (next: Partial<StaffSearch>) =>
      navigate({ to: '/settings/staff', search: (now: StaffSearch) => ({ ...now, ...next }), replace: true }),
    [navigate],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: another question starts at its first answer
  useEffect(() => {
    table.current?.scrollToTop()
    setCurrent(-1)
  }, [filterKey, sort])

  const open = useCallback(
    (accountId: string) => {
      setCurrent(rows.current.findIndex((person) => person.accountId === accountId))
      go({ person: accountId })
    },
    [go],
  )
  const toggle = useCallback(
    (id: string, range: boolean) => {
      setCurrent(rows.current.findIndex((person) => person.accountId === id))
      change({ type: range ? 'range' : 'toggle', id, loaded: rows.current })
    },
    [change],
  )
  const find = useCallback(
    (accountId: string) => rows.current.find((person) => person.accountId === accountId),
    [],
  )
  // While a panel is open the marker is where its person is, and nowhere when the list does not show them.
  const marked = useMemo(
    () => (search.person ? shownRows.findIndex(({ accountId }) => accountId === search.person) : current),
    [search.person, shownRows, current],
  )
  const closePanel = () => {
    go({ person: undefined })
    if (marked >= 0) table.current?.focusRow(marked)
  }
  const runForOne = useCallback(
    (accountId: string, app: App, action: RunAction) =>
      startRun(
        { app, action, selection: { mode: 'some', ids: new Set([accountId]) } },
        { onError: showProblem },
      ),
    [startRun],
  )

  const move = (by: number) => {
    const next = Math.min(Math.max((marked < 0 ? current : marked) + by, 0), list.rows.length - 1)
    setCurrent(next)
    const person = list.rows[next]
    if (search.person && person) go({ person: person.accountId })
    else table.current?.focusRow(next)
  }
  const commands: Record<Command, () => void> = {
    search: () => searchRef.current?.select(),
    next: () => move(1),
    previous: () => move(-1),
    select: () => withCurrent((id) => toggle(id, false)),
    range: () => withCurrent((id) => toggle(id, true)),
    actions: () => setDialog('actions'),
    help: () => setDialog('keys'),
  }
  const withCurrent = (act: (accountId: string) => void) => {
    const person = list.rows[marked]
    if (person) act(person.accountId)
  }
  useKeys(
    (command) => commands[command](),
    () => search.person && closePanel(),
  )

  const selected = selectionSize(selection)
  const selectAll = () => change({ type: 'all', filter, total: list.total })
  return (
    <div className={classes.page}>
      <PageHeader title="Manage Staff">
        <Menu position="bottom-end" withInitialFocusPlaceholder={false}>
          <Menu.Target>
            <Button variant="default" rightSection={<ChevronDown size={14} aria-hidden="true" />}>
              Import
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => setDialog('import')}>Roster from a CSV file</Menu.Item>
          </Menu.Dropdown>
        </Menu>
        <Button variant="default" disabled={mappableApps(apps).length === 0} onClick={() => setDialog('map')}>
          Upload map file
        </Button>
      </PageHeader>
      <FilterBar
        search={search}
        facets={facets}
        apps={apps}
        searchRef={searchRef}
        onChange={go}
        onClear={() =>
          navigate({ to: '/settings/staff', search: { sort: search.sort, person: search.person } })
        }
      />
      <AppFaults apps={apps} />
      <RunStrip
        firstStep={
          !loading && (
            <FirstStep
              empty={total === 0 && !isFiltered(search)}
              apps={apps}
              onImport={() => setDialog('import')}
            />
          )
        }
      />
      <SelectionBar
        selection={selection}
        remark={remark}
        search={search}
        total={list.total}
        facets={facets}
        onSelectAll={selectAll}
        onClear={() => change({ type: 'clear' })}
      >
        <ActionsMenu
          apps={apps}
          selected={selected}
          remark={remark.words}
          total={list.total}
          opened={dialog === 'actions'}
          onOpenedChange={(opened) => setDialog(opened ? 'actions' : null)}
          onRun={({ app, action }) => setWanted({ app, action, selection })}
          onMap={(app) => mapping.mutate({ app, selection })}
          onUploadMap={() => setDialog('map')}
          onExport={() =>
            exporting.mutate({
              selection,
              filter,
              apps: apps.filter(({ health }) => health !== 'unavailable').map(({ app }) => app),
            })
          }
          onSelectAll={selectAll}
        />
      </SelectionBar>
      {list.error && list.rows.length === 0 ? (
        <ProblemNotice error={list.error} onRetry={list.retry} />
      ) : (
        <MarkCards
          find={find}
          onOpen={open}
          onRetry={(person, app) => runForOne(person.accountId, app, 'retry')}
        >
          <StaffTable
            ref={table}
            list={list}
            sort={sort}
            selection={selection}
            current={marked}
            openPerson={search.person}
            onSort={(next) => go({ sort: next })}
            onToggle={toggle}
            onTogglePage={() => change({ type: 'page', loaded: list.rows })}
            onOpen={open}
            empty={!list.loading && <Empty search={search} onImport={() => setDialog('import')} />}
          />
        </MarkCards>
      )}
      {list.catchingUp && (
        <p className={classes.catchingUp} role="status">
          Loading rows: {formatNumber(list.catchingUp.loaded)} of {formatNumber(list.catchingUp.wanted)}
        </p>
      )}
      {search.person && (
        <PersonPanel
          accountId={search.person}
          apps={apps}
          onConnect={(accountId, app) => runForOne(accountId, app, 'connect')}
          onRetry={(accountId, app) => runForOne(accountId, app, 'retry')}
          onClose={closePanel}
        />
      )}
      <RunDialog
        wanted={wanted}
        remark={remark.words}
        onClose={() => setWanted(null)}
        onStarted={() => change({ type: 'clear' })}
      />
      <ImportDialog opened={dialog === 'import'} onClose={() => setDialog(null)} />
      <MapFileDialog opened={dialog === 'map'} apps={mappableApps(apps)} onClose={() => setDialog(null)} />
      <KeysHelp opened={dialog === 'keys'} onClose={() => setDialog(null)} />
    </div>
  )
}

function showProblem(error: unknown) {
  if (error instanceof NotConfirmed) return
  const { title, sentence } = problemWords(error)
  const message = problemCode(error) === 'sign_in_required' ? <SignedOut /> : sentence
  notifications.show({ title, message, autoClose: false })
}

function Empty({ search, onImport }: { search: StaffSearch; onImport: () => void }) {
  if (isFiltered(search)) {
    return (
      <EmptyNotice title="Nobody matches these filters">
        <p>Take a filter away, or look among inactive people too.</p>
        <ButtonLink variant="default" to="/settings/staff" search={{ active: 'all' }}>
          Show everybody
        </ButtonLink>
      </EmptyNotice>
    )
  }
  return (
    <EmptyNotice title="Nobody is on the roster yet">
      <p>Import the people of your organisation from a CSV file; then connect them all in one action.</p>
      <Button onClick={onImport}>Import roster</Button>
    </EmptyNotice>
  )
}
