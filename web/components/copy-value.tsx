import { ActionIcon, CopyButton, Tooltip } from '@mantine/core'
import { Check, Copy } from 'lucide-react'
import classes from './copy-value.module.css'

/** A value to paste elsewhere, with a button that copies it. */
export function CopyValue({ label, value }: { label: string; value: string }) {
  return (
    <div className={classes.line}>
      <span className="small soft">{label}</span>
      <div className={classes.box}>
        <code>{value}</code>
        <CopyButton value={value} timeout={1500}>
          {({ copied, copy }) => (
            <Tooltip label={copied ? 'Copied' : 'Copy'}>
              <ActionIcon variant="subtle" color="gray" onClick={copy} aria-label={`Copy ${label}`}>
                {copied ? <Check size={14} /> : <Copy size={14} />}
              </ActionIcon>
            </Tooltip>
          )}
        </CopyButton>
      </div>
    </div>
  )
}
