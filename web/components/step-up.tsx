import { Button, Group, Modal, PasswordInput, Stack } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from 'react'
import { api, NotConfirmed, problemCode } from '../api.ts'
import { sessionQuery } from '../queries.ts'
import { CopyValue } from './copy-value.tsx'
import { ProblemLine } from './notices.tsx'

type Confirm = () => Promise<boolean>
const StepUpContext = createContext<Confirm>(() => Promise.resolve(false))

/**
 * Runs a request and, where the server wants to be sure that it is still the same person, asks for the
 * password and runs it once more.
 */
export function useStepUp(): <T>(request: () => Promise<T>) => Promise<T> {
  const confirm = useContext(StepUpContext)
  return useCallback(
    async <T,>(request: () => Promise<T>): Promise<T> => {
      try {
        return await request()
      } catch (error) {
        if (problemCode(error) !== 'step_up_required') throw error
        if (!(await confirm())) throw new NotConfirmed()
        return request()
      }
    },
    [confirm],
  )
}

export function StepUp({ children }: { children: ReactNode }) {
  const [opened, setOpened] = useState(false)
  // Whoever asks while the question stands gets the same answer, so that nobody waits for ever.
  const settle = useRef(new Set<(confirmed: boolean) => void>())
  const confirm = useCallback<Confirm>(() => {
    setOpened(true)
    return new Promise((resolve) => settle.current.add(resolve))
  }, [])
  const finish = (confirmed: boolean) => {
    setOpened(false)
    for (const answer of settle.current) answer(confirmed)
    settle.current.clear()
  }
  return (
    <StepUpContext value={confirm}>
      {children}
      <Modal opened={opened} onClose={() => finish(false)} title="Confirm that it is you" zIndex={400}>
        <ConfirmForm onConfirmed={() => finish(true)} />
      </Modal>
    </StepUpContext>
  )
}

function ConfirmForm({ onConfirmed }: { onConfirmed: () => void }) {
  const { data: session } = useQuery(sessionQuery)
  const [password, setPassword] = useState('')
  const confirm = useMutation({
    mutationFn: () => api('POST /session/confirm', { body: { password } }),
    onSuccess: onConfirmed,
  })
  if (!session?.user?.hasPassword) return <NewLinkNeeded email={session?.user?.email ?? 'you@example.com'} />
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        confirm.mutate()
      }}
    >
      <Stack gap="sm">
        <p className="soft">Your last sign-in is more than five minutes ago. Nothing has been done yet.</p>
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          data-autofocus
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <ProblemLine error={confirm.error} />
        <Group justify="flex-end">
          <Button type="submit" loading={confirm.isPending} disabled={password === ''}>
            Confirm
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

/** For somebody without a password only a new link shows that it is still them. */
function NewLinkNeeded({ email }: { email: string }) {
  const signOut = useMutation({
    mutationFn: () => api('DELETE /session'),
    onSuccess: () => window.location.assign('/sign-in'),
  })
  return (
    <Stack gap="sm">
      <p>
        You signed in with a link more than five minutes ago and have no password that Muster could ask for.
        Nothing has been done yet. To go on, sign in again with a new link:
      </p>
      <CopyValue
        label="In the folder of this installation"
        value={`bin/muster admin create --email ${email}`}
      />
      <p className="soft">
        Open the link that it prints, then do this within five minutes. You can also set a password then,
        under your name, and are asked for that from then on.
      </p>
      <ProblemLine error={signOut.error} />
      <Group justify="flex-end">
        <Button variant="default" loading={signOut.isPending} onClick={() => signOut.mutate()}>
          Sign out
        </Button>
      </Group>
    </Stack>
  )
}
