import { CopyValue } from '../../components/copy-value.tsx'

/** Shown while the installation has no administrator: only who can run commands on its machine may make one. */
export function FirstRun() {
  return (
    <>
      <h1>Muster is running</h1>
      <p>
        Nobody can sign in yet. Make the first administrator on the machine where Muster runs, in the folder
        of this installation:
      </p>
      <CopyValue label="Make an administrator" value="bin/muster admin create --email you@example.com" />
      <p>It prints a one-time link: open it in this browser and you are in.</p>
    </>
  )
}
