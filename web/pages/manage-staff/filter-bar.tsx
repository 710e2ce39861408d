import { Button, Kbd, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { Search } from 'lucide-react'
import { type RefObject, useEffect, useState } from 'react'
import { appNames, connectionStatuses } from '../../../contract/words.ts'
import type { Facets, InstalledApp } from '../../api.ts'
import classes from './filter-bar.module.css'
import { FilterMenu, type FilterOption } from './filter-menu.tsx'
import { failureWords, isFiltered, parseStaffSearch, type StaffSearch, statusWords } from './filters.ts'

export interface FilterBarProps {
  search: StaffSearch
  facets: Facets | undefined
  apps: readonly InstalledApp[]
  searchRef: RefObject<HTMLInputElement | null>
  onChange: (change: Partial<StaffSearch>) => void
  onClear: () => void
}

export function FilterBar({ search, facets, apps, searchRef, onChange, onClear }: FilterBarProps) {
  const countOf = (list: Facets['active'] | undefined, value: string) =>
    list?.find((one) => one.value === value)?.count ?? (facets ? 0 : undefined)
  const connection = search.status ? `${search.app ?? ''}:${search.status}` : undefined

  return (
    <search className={classes.bar}>
      <SearchField
        value={search.search ?? ''}
        inputRef={searchRef}
        onChange={(text) => onChange({ search: text })}
      />
      <div className={classes.filters}>
        <FilterMenu
          label="Group"
          options={named(facets?.groups)}
          value={search.group}
          onChange={(group) => onChange({ group })}
        />
        <FilterMenu
          label="Team"
          options={named(facets?.teams)}
          value={search.team}
          onChange={(team) => onChange({ team })}
        />
        <FilterMenu
          label="Status"
          standard="Active"
          options={[
            { value: 'true', label: 'Active', count: countOf(facets?.active, 'true') },
            { value: 'false', label: 'Inactive', count: countOf(facets?.active, 'false') },
            { value: 'all', label: 'Active and inactive' },
          ]}
          value={search.active}
          onChange={(value) => onChange({ active: value === 'false' || value === 'all' ? value : undefined })}
        />
        <FilterMenu
          label="Connection"
          options={connectionOptions(facets, apps, search)}
          value={connection}
          onChange={(value) => {
            const [app, status] = value?.split(':') ?? []
            onChange(
              parseStaffSearch({ app, status }).status
                ? { ...none, ...parseStaffSearch({ app, status }) }
                : none,
            )
          }}
        />
        <FilterMenu
          label="Failed App Integration Status"
          options={failureOptions(facets, search)}
          value={search.failure}
          onChange={(value) => onChange({ failure: parseStaffSearch({ failure: value }).failure })}
        />
        <Button
          variant="subtle"
          color="gray"
          onClick={onClear}
          style={{ visibility: isFiltered(search) ? 'visible' : 'hidden' }}
        >
          Clear
        </Button>
      </div>
    </search>
  )
}

const none = { app: undefined, status: undefined }

function named(counts: Facets['groups'] | undefined): FilterOption[] {
  return (counts ?? []).map(({ value, count }) => ({ value, label: value, count }))
}

/** Every status of the apps that this version has; those that nobody has are left out, unless chosen. */
function connectionOptions(
  facets: Facets | undefined,
  apps: readonly InstalledApp[],
  search: StaffSearch,
): FilterOption[] {
  const anyApp = search.status && !search.app ? [`:${search.status}`] : []
  const perApp = apps
    .filter(({ health }) => health !== 'unavailable')
    .flatMap(({ app }) => connectionStatuses.map((status) => `${app}:${status}`))
  return [...anyApp, ...perApp].flatMap((value) => {
    const { app, status } = parseStaffSearch({ app: value.split(':')[0], status: value.split(':')[1] })
    if (!status) return []
    const count = facets?.statuses.find((one) => one.value === value)?.count
    const chosen = app === search.app && status === search.status
    if (!count && !chosen) return []
    return [{ value, label: statusWords[status], count, heading: app ? appNames[app] : 'Any app' }]
  })
}

function failureOptions(facets: Facets | undefined, search: StaffSearch): FilterOption[] {
  const counted = facets?.failures ?? []
  const options = counted.map(({ value, count }) => ({ value, label: failureWords(value), count }))
  const { failure } = search
  if (failure && !counted.some(({ value }) => value === failure)) {
    options.push({ value: failure, label: failureWords(failure), count: 0 })
  }
  return options
}

interface SearchFieldProps {
  value: string
  inputRef: RefObject<HTMLInputElement | null>
  onChange: (text: string) => void
}

/** What is typed shows at once; the list follows when the fingers rest. */
function SearchField({ value, inputRef, onChange }: SearchFieldProps) {
  const [text, setText] = useState(value)
  const settle = useDebouncedCallback(onChange, 200)
  useEffect(() => {
    // An address that changed elsewhere (Clear, back) wins over what stands in the field.
    if (document.activeElement !== inputRef.current || value === '') setText(value)
  }, [value, inputRef])
  return (
    <TextInput
      ref={inputRef}
      className={classes.search}
      type="search"
      aria-label="Search for staff"
      placeholder="Search for staff"
      leftSection={<Search size={16} aria-hidden="true" />}
      rightSection={
        text === '' ? (
          <Kbd size="xs" className={classes.hint}>
            /
          </Kbd>
        ) : undefined
      }
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value)
        settle(event.currentTarget.value.trim())
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.preventDefault()
        // Emptied first; from the empty field back to the list.
        if (text === '') return event.currentTarget.blur()
        settle.cancel()
        setText('')
        onChange('')
      }}
    />
  )
}
