import { Button, Group, Modal, PasswordInput, Stack } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { createContext, type ReactNode, useCallback, useContext, useState } from 'react'
import { api, NotConfirmed, problemCode } from '../api.ts'
import { sessionQuery } from '../queries.ts'
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
  const [settle, setSettle] = useState<((confirmed: boolean) => void) | null>(null)
  const confirm = useCallback<Confirm>(
    () =>
      new Promise((resolve) => {
        setSettle(() => resolve)
      }),
    [],
  )
  const finish = (confirmed: boolean) => {
    settle?.(confirmed)
    setSettle(null)
  }
  return (
    <StepUpContext value={confirm}>
      {children}
      <Modal
        opened={settle !== null}
        onClose={() => finish(false)}
        title="Confirm that it is you"
        zIndex={400}
      >
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
  if (!session?.user?.hasPassword) {
    return (
      <p>
        You signed in with a link more than five minutes ago and have no password, so Muster cannot ask for
        one. Ask the operator for a new link (<code>muster admin create --email {session?.user?.email}</code>
        ), sign in with it, and do this within five minutes; or set a password then, under your name.
      </p>
    )
  }
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
