import { Combobox, UnstyledButton, useCombobox } from '@mantine/core'
import { Check, ChevronDown } from 'lucide-react'
import { useId, useState } from 'react'
import { formatNumber } from '../../components/format.ts'
import classes from './filter-menu.module.css'

export interface FilterOption {
  value: string
  label: string
  count?: number
  /** Options with the same heading stand together under it. */
  heading?: string
}

export interface FilterMenuProps {
  label: string
  options: FilterOption[]
  /** The chosen option; undefined when the filter is off. */
  value: string | undefined
  /** Undefined: the chosen option was chosen again, which switches the filter off. */
  onChange: (value: string | undefined) => void
  /** Shown after the label even when nothing was chosen, such as "Active". */
  standard?: string
}

const searchFrom = 9
const shownAtMost = 100

/** A filter as a button that says what is chosen, with the choices and their counts behind it. */
export function FilterMenu({ label, options, value, onChange, standard }: FilterMenuProps) {
  const [search, setSearch] = useState('')
  const combobox = useCombobox({
    onDropdownClose: () => {
      setSearch('')
      combobox.resetSelectedOption()
      combobox.focusTarget()
    },
    onDropdownOpen: () => {
      if (options.length >= searchFrom) combobox.focusSearchInput()
      else if (combobox.selectActiveOption() === null) combobox.selectFirstOption()
    },
  })
  const searchId = useId()
  const chosen = options.find((option) => option.value === value)
  const shown = chosen?.label ?? value ?? standard
  const wanted = search.trim().toLowerCase()
  const found = wanted ? options.filter((option) => option.label.toLowerCase().includes(wanted)) : options
  const listed = found.slice(0, shownAtMost)

  return (
    <Combobox
      store={combobox}
      width={288}
      position="bottom-start"
      shadow="md"
      keepMounted={false}
      onOptionSubmit={(picked) => {
        onChange(picked === value ? undefined : picked)
        combobox.closeDropdown()
      }}
    >
      <Combobox.Target targetType="button" withAriaAttributes={false}>
        <UnstyledButton
          className={classes.button}
          data-on={value !== undefined || undefined}
          aria-haspopup="listbox"
          aria-expanded={combobox.dropdownOpened}
          onClick={() => combobox.toggleDropdown()}
        >
          {label}
          {shown && <span className={classes.value}>: {shown}</span>}
          <ChevronDown size={14} aria-hidden="true" />
        </UnstyledButton>
      </Combobox.Target>
      <Combobox.Dropdown>
        {options.length >= searchFrom && (
          <Combobox.Search
            id={searchId}
            aria-label={`Find in ${label}`}
            placeholder="Find"
            value={search}
            onChange={(event) => {
              setSearch(event.currentTarget.value)
              combobox.updateSelectedOptionIndex()
            }}
          />
        )}
        <Combobox.Options mah={360} style={{ overflowY: 'auto' }} aria-label={label}>
          {grouped(listed).map(([heading, group]) => {
            const entries = group.map((option) => (
              <Combobox.Option key={option.value} value={option.value} active={option.value === value}>
                <span className={classes.option}>
                  <Check size={14} aria-hidden="true" style={{ opacity: option.value === value ? 1 : 0 }} />
                  <span className="clip">{option.label}</span>
                  {option.count !== undefined && (
                    <span className={`number soft ${classes.count}`}>{formatNumber(option.count)}</span>
                  )}
                </span>
              </Combobox.Option>
            ))
            return heading ? (
              <Combobox.Group key={heading} label={heading}>
                {entries}
              </Combobox.Group>
            ) : (
              entries
            )
          })}
          {found.length === 0 && <Combobox.Empty>Nothing like that</Combobox.Empty>}
        </Combobox.Options>
        {found.length > listed.length && (
          <Combobox.Footer>
            {formatNumber(found.length - listed.length)} more: type to find them
          </Combobox.Footer>
        )}
      </Combobox.Dropdown>
    </Combobox>
  )
}

function grouped(options: FilterOption[]): [string, FilterOption[]][] {
  const groups = new Map<string, FilterOption[]>()
  for (const option of options) {
    const heading = option.heading ?? ''
    groups.set(heading, [...(groups.get(heading) ?? []), option])
  }
  return [...groups]
}
