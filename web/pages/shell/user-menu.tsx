import { Menu, UnstyledButton, useMantineColorScheme } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { KeyRound, LogOut, Monitor, Moon, Sun } from 'lucide-react'
import { useState } from 'react'
import { api, type User } from '../../api.ts'
import { sessionQuery } from '../../queries.ts'
import { forgetSelections } from '../manage-staff/use-selection.ts'
import { SetPassword } from './set-password.tsx'
import classes from './sidebar.module.css'

const schemes = [
  { value: 'auto', label: 'Follow the system', icon: Monitor },
  { value: 'light', label: 'Light', icon: Sun },
  { value: 'dark', label: 'Dark', icon: Moon },
] as const

export function UserMenu({ user }: { user: User }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const [settingPassword, setSettingPassword] = useState(false)
  const client = useQueryClient()
  const router = useRouter()
  const signOut = useMutation({
    mutationFn: () => api('DELETE /session'),
    onSuccess: async () => {
      client.removeQueries({ queryKey: sessionQuery.queryKey })
      await router.navigate({ to: '/sign-in' })
      // Nothing that was read for this person stays in memory for the next one.
      client.clear()
      forgetSelections()
    },
  })
  const name = user.name || user.email
  return (
    <>
      <Menu position="top-start" width={216} withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <UnstyledButton className={classes.user}>
            <span className={classes.initials} aria-hidden="true">
              {initials(name)}
            </span>
            <span className="clip">{name}</span>
            <span className="hidden-text">: account and appearance</span>
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>Appearance</Menu.Label>
          <Menu.RadioGroup value={colorScheme} onChange={(value) => setColorScheme(schemeOf(value))}>
            {schemes.map(({ value, label, icon: Icon }) => (
              <Menu.RadioItem key={value} value={value} rightSection={<Icon size={14} aria-hidden="true" />}>
                {label}
              </Menu.RadioItem>
            ))}
          </Menu.RadioGroup>
          <Menu.Divider />
          <Menu.Item leftSection={<KeyRound size={14} />} onClick={() => setSettingPassword(true)}>
            {user.hasPassword ? 'Change password' : 'Set a password'}
          </Menu.Item>
          <Menu.Item leftSection={<LogOut size={14} />} onClick={() => signOut.mutate()}>
            Sign out
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <SetPassword opened={settingPassword} onClose={() => setSettingPassword(false)} user={user} />
    </>
  )
}

function schemeOf(value: string | null) {
  return schemes.find((scheme) => scheme.value === value)?.value ?? 'auto'
}

function initials(name: string): string {
  const words = name.split(/[\s.@_-]+/).filter(Boolean)
  return words
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join('')
}
