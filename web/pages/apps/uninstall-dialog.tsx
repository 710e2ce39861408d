import { Button, Group, Modal } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, type InstalledApp } from '../../api.ts'
import { people } from '../../components/format.ts'
import { ProblemLine } from '../../components/notices.tsx'
import { useStepUp } from '../../components/step-up.tsx'
import { appsQuery } from '../../queries.ts'

/** Says what follows before anything happens. */
export function UninstallDialog({
  app,
  opened,
  onClose,
}: {
  app: InstalledApp
  opened: boolean
  onClose: () => void
}) {
  const client = useQueryClient()
  const stepUp = useStepUp()
  const uninstall = useMutation({
    mutationFn: () => stepUp(() => api('DELETE /apps/{app}', { params: { app: app.app } })),
    onSuccess: ({ disconnected }) => {
      client.invalidateQueries({ queryKey: appsQuery.queryKey })
      client.invalidateQueries({ queryKey: ['staff'] })
      notifications.show({ message: `${app.name} is uninstalled; ${people(disconnected)} disconnected.` })
      onClose()
    },
  })
  return (
    <Modal opened={opened} onClose={onClose} title={`Uninstall ${app.name}?`}>
      <ul style={{ margin: '0 0 16px', paddingLeft: 20 }}>
        <li>{people(app.connected)} will be disconnected. Connecting them again takes another run.</li>
        <li>The stored credential and the directory are forgotten.</li>
        <li>What was decided by hand stays: accounts that were rejected are not proposed again.</li>
        <li>At the vendor nothing changes; remove the app there too if you no longer want it.</li>
      </ul>
      <ProblemLine error={uninstall.error} />
      <Group justify="flex-end" gap="xs" mt="md">
        <Button variant="subtle" color="gray" onClick={onClose} data-autofocus>
          Keep it
        </Button>
        <Button color="red.8" loading={uninstall.isPending} onClick={() => uninstall.mutate()}>
          Uninstall
        </Button>
      </Group>
    </Modal>
  )
}
