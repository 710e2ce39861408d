import { Link } from '@tanstack/react-router'
import { LayoutGrid, type LucideIcon, Play, ScrollText, Users } from 'lucide-react'
import type { User } from '../../api.ts'
import classes from './sidebar.module.css'
import { SidebarRun } from './sidebar-run.tsx'
import { UserMenu } from './user-menu.tsx'

/** What this version has, and nothing else. */
const settings = [
  { to: '/settings/staff', label: 'Manage Staff', icon: Users },
  { to: '/settings/apps', label: 'Apps', icon: LayoutGrid },
  { to: '/settings/runs', label: 'Runs', icon: Play },
  { to: '/settings/audit-log', label: 'Audit Log', icon: ScrollText },
] as const satisfies readonly { to: string; label: string; icon: LucideIcon }[]

export function Sidebar({ user }: { user: User }) {
  return (
    <div className={classes.sidebar}>
      <Link to="/" className={classes.brand}>
        <img src="/favicon.svg" alt="" width={22} height={22} />
        Muster
      </Link>
      {user.role === 'administrator' && (
        <nav aria-label="Settings">
          <h2 className={classes.heading}>Settings</h2>
          <ul className={classes.list}>
            {settings.map(({ to, label, icon: Icon }) => (
              <li key={to}>
                <Link to={to} className={classes.link} activeProps={{ 'data-active': true }}>
                  <Icon size={16} aria-hidden="true" />
                  {label}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
      )}
      <div className={classes.foot}>
        {user.role === 'administrator' && <SidebarRun />}
        <UserMenu user={user} />
      </div>
    </div>
  )
}
