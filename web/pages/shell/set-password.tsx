import { Button, Group, Modal, PasswordInput, Stack } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, fieldErrors, type User } from '../../api.ts'
import { ProblemLine } from '../../components/notices.tsx'
import { useStepUp } from '../../components/step-up.tsx'
import { sessionQuery } from '../../queries.ts'

export function SetPassword({ opened, onClose, user }: { opened: boolean; onClose: () => void; user: User }) {
  return (
    <Modal opened={opened} onClose={onClose} title={user.hasPassword ? 'Change password' : 'Set a password'}>
      <PasswordForm onDone={onClose} user={user} />
    </Modal>
  )
}

function PasswordForm({ onDone, user }: { onDone: () => void; user: User }) {
  const [password, setPassword] = useState('')
  const stepUp = useStepUp()
  const client = useQueryClient()
  const save = useMutation({
    mutationFn: () => stepUp(() => api('PUT /me/password', { body: { password } })),
    onSuccess: () => {
      client.invalidateQueries({ queryKey: sessionQuery.queryKey })
      notifications.show({ message: 'Your password is set.' })
      onDone()
    },
  })
  const { error } = save
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <Stack gap="sm">
        <input type="hidden" autoComplete="username" value={user.email} readOnly />
        <PasswordInput
          label="New password"
          description="At least 12 characters."
          autoComplete="new-password"
          data-autofocus
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={fieldErrors(error).password}
        />
        <ProblemLine error={fieldErrors(error).password ? null : error} />
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending} disabled={password.length < 12}>
            Save password
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
