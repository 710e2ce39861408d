import { Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { api } from '../../api.ts'
import { ProblemLine } from '../../components/notices.tsx'
import { sessionQuery } from '../../queries.ts'
import { forgetSelections } from '../manage-staff/use-selection.ts'
import { FirstRun } from './first-run.tsx'
import classes from './sign-in.module.css'

const route = getRouteApi('/sign-in')

type Proof = { link: string } | { email: string; password: string }

/**
 * Takes the one-time token out of the address (`/sign-in#TOKEN`) at once, so that it stays in no history. The
 * part after # is never sent to a server by itself.
 */
function takeToken(): string | undefined {
  const token = window.location.hash.slice(1)
  if (token === '') return undefined
  window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search)
  return token
}

export function SignIn() {
  const session = route.useLoaderData()
  const { to = '/' } = route.useSearch()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [token, setToken] = useState(takeToken)

  const enter = useMutation({
    mutationFn: (proof: Proof) => api('POST /session', { body: proof }),
    onSuccess: async () => {
      forgetSelections()
      await client.fetchQuery({ ...sessionQuery, staleTime: 0 })
      navigate({ href: to, replace: true })
    },
  })
  useEffect(() => {
    // A link that is opened in the tab where this page already stands loads nothing anew.
    const listen = () => setToken((before) => takeToken() ?? before)
    window.addEventListener('hashchange', listen)
    return () => window.removeEventListener('hashchange', listen)
  }, [])
  const { mutate } = enter
  useEffect(() => {
    if (token) mutate({ link: token })
  }, [token, mutate])

  const byLink = token !== undefined && !enter.isError
  return (
    <main className={classes.page}>
      <title>Sign in · Muster</title>
      <div className={classes.box}>
        <img src="/favicon.svg" alt="" width={36} height={36} />
        {session.firstRun && !token && <FirstRun />}
        {byLink && (
          <>
            <h1>Signing you in…</h1>
            <p className="soft" role="status">
              Your link is being checked.
            </p>
          </>
        )}
        {!byLink && !(session.firstRun && !token) && (
          <PasswordForm pending={enter.isPending} error={enter.error} onSubmit={enter.mutate} />
        )}
      </div>
    </main>
  )
}

function PasswordForm({
  pending,
  error,
  onSubmit,
}: {
  pending: boolean
  error: unknown
  onSubmit: (proof: Proof) => void
}) {
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        onSubmit({ email: email.trim(), password })
      }}
    >
      <Stack gap="sm">
        <h1>Sign in to Muster</h1>
        <TextInput
          label="Email"
          type="email"
          autoComplete="username"
          required
          withAsterisk={false}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <ProblemLine error={error} />
        <Button type="submit" loading={pending} fullWidth>
          Sign in
        </Button>
        <p className="soft small">
          No password yet? An operator makes a one-time link for you with{' '}
          <code>bin/muster admin create --email {email || 'you@example.com'}</code>.
        </p>
      </Stack>
    </form>
  )
}
