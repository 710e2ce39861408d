import { Button, PasswordInput, Textarea, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, fieldErrors, type InstalledApp } from '../../api.ts'
import { ProblemLine } from '../../components/notices.tsx'
import { useStepUp } from '../../components/step-up.tsx'
import { useMutationOnce } from '../../components/use-mutation-once.ts'
import { appsQuery } from '../../queries.ts'
import classes from './app-setup.module.css'
import { CheckLines } from './check-lines.tsx'
import { configOf, isComplete } from './fill-in.ts'

const checkAfter = 800
const monospaced = { input: classes.monospaced }

export interface SetupFormProps {
  app: InstalledApp
  onOrganization: (name: string) => void
  onInstalled: () => void
}

/** The configuration of an app, tried out by itself as soon as it is complete, then installed. */
export function SetupForm({ app, onOrganization, onInstalled }: SetupFormProps) {
  const client = useQueryClient()
  const stepUp = useStepUp()
  const [values, setValues] = useState(() => storedValues(app))
  const installed = app.health !== 'not_installed'
  const complete = isComplete(app.fields, values)

  const check = useMutation({
    mutationFn: (config: Record<string, string>) =>
      api('POST /apps/{app}/check', { params: { app: app.app }, body: { config } }),
  })
  const install = useMutationOnce({
    mutationFn: () =>
      stepUp(() => api('PUT /apps/{app}', { params: { app: app.app }, body: configOf(values) })),
    onSuccess: (changed) => {
      client.setQueryData(appsQuery.queryKey, (apps) =>
        apps?.map((one) => (one.app === changed.app ? changed : one)),
      )
      client.invalidateQueries({ queryKey: appsQuery.queryKey })
      notifications.show({ message: `${app.name} is installed.` })
      onInstalled()
    },
  })
  const checkSoon = useDebouncedCallback(
    (next: Record<string, string>) => check.mutate(configOf(next)),
    checkAfter,
  )

  const set = (name: string, value: string) => {
    const next = { ...values, [name]: value }
    setValues(next)
    if (name === 'organization') onOrganization(value.trim())
    check.reset()
    install.reset()
    if (isComplete(app.fields, next)) checkSoon(next)
    else checkSoon.cancel()
  }
  const errors = { ...fieldErrors(check.error), ...fieldErrors(install.error) }
  const shownError = Object.keys(errors).length > 0 ? null : (install.error ?? check.error)
  const green = check.data?.ok === true

  return (
    <form
      className={classes.form}
      aria-label={`Configuration of ${app.name}`}
      onSubmit={(event) => {
        event.preventDefault()
        install.mutate()
      }}
    >
      <h2>Configuration</h2>
      {installed && (
        <p className="soft">Secrets are never shown again: enter them anew to change anything here.</p>
      )}
      {app.fields.map(({ name, label, help, secret, required, multiline, placeholder }) => {
        const common = {
          name,
          label,
          description: help,
          required,
          placeholder,
          error: errors[name],
          value: values[name] ?? '',
          autoComplete: 'off',
          spellCheck: false,
          onChange: (event: { currentTarget: { value: string } }) => set(name, event.currentTarget.value),
        }
        if (multiline) {
          return <Textarea key={name} {...common} autosize minRows={4} maxRows={8} classNames={monospaced} />
        }
        if (secret) return <PasswordInput key={name} {...common} autoComplete="new-password" />
        return <TextInput key={name} {...common} />
      })}
      <section aria-label="Check of this form" aria-live="polite">
        {check.isPending && <p className="soft">Trying every permission…</p>}
        {check.data && !check.data.finished && (
          <p className="soft">The check takes longer than usual. Press Check to look again.</p>
        )}
        {check.data && <CheckLines lines={check.data.lines} />}
        {!check.data && !check.isPending && !check.error && (
          <p className="soft">
            {complete
              ? 'Press Check to try every permission.'
              : 'When everything is filled in, each permission is tried by itself.'}
          </p>
        )}
        <ProblemLine error={shownError} />
      </section>
      {check.data && !green && check.data.finished && (
        <p className="soft">
          You can install it all the same; until what is missing is mended, runs with {app.name} stop at once
          and change nobody.
        </p>
      )}
      <div className={classes.buttons}>
        <Button
          type="button"
          variant="default"
          disabled={!complete}
          loading={check.isPending}
          onClick={() => check.mutate(configOf(values))}
        >
          Check
        </Button>
        <Button
          type="submit"
          disabled={!complete || check.isPending || !check.data}
          loading={install.isPending}
          variant={green ? 'filled' : 'default'}
        >
          {!check.data || green ? saveWord(installed) : `${saveWord(installed)} all the same`}
        </Button>
      </div>
    </form>
  )
}

function saveWord(installed: boolean): string {
  return installed ? 'Save' : 'Install'
}

/** Settings as they were entered; secrets start empty. */
function storedValues(app: InstalledApp): Record<string, string> {
  const known = app.fields.filter(({ name }) => app.settings[name] !== undefined)
  return Object.fromEntries(known.map(({ name }) => [name, String(app.settings[name])]))
}
