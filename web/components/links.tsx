import { Button, type ButtonProps, Menu, type MenuItemProps } from '@mantine/core'
import { createLink } from '@tanstack/react-router'
import type { AnchorHTMLAttributes, Ref } from 'react'

type AnchorProps = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'style' | 'color'> & {
  ref?: Ref<HTMLAnchorElement>
}

function AnchorButton(props: ButtonProps & AnchorProps) {
  return <Button component="a" {...props} />
}

/** A button that goes to another page: a real link, so that it opens in a new tab too. */
export const ButtonLink = createLink(AnchorButton)

function AnchorMenuItem(props: MenuItemProps & AnchorProps) {
  return <Menu.Item component="a" {...props} />
}

/** A link among the entries of a menu. */
export const MenuLink = createLink(AnchorMenuItem)
