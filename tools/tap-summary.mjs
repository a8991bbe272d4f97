/** Reads tap's stream: one line per passed file, everything about failures, and true counts in the end. */

/**
 * Feeds on lines of TAP. `print` gets what a person should see. `finish(exitCode)` returns the counts; tap leaves out
 * counts of zero, and a run that failed without a failed test (a crash of tap itself) counts as one failure.
 */
export function readTap(print) {
  let block = []
  let counts = null
  /** Lines of a file's own diagnosis, which follow its verdict; null outside of one. */
  let diagnosis = null
  let explained = true

  const line = (text) => {
    if (diagnosis !== null || (text === '  ---' && block.length === 0)) {
      diagnosis = [...(diagnosis ?? []), text]
      if (text !== '  ...') return
      // A file that broke outside of its tests (a crash, the time limit) says so here alone.
      if (!explained) for (const kept of diagnosis) print(kept)
      diagnosis = null
      return
    }
    const closing = /^# \{ (.*) \}$/.exec(text)
    if (closing) {
      counts = Object.fromEntries(closing[1].split(', ').map((part) => part.split(': ')))
      return
    }
    const file = /^(not ok|ok) \d+ - (.*?)(?: # time=([\d.]+)ms)?(?: \{)?$/.exec(text)
    if (file) {
      const [, verdict, name, time] = file
      const seconds = time ? `${(Number(time) / 1000).toFixed(1)} s` : ''
      print(`${verdict === 'ok' ? 'ok    ' : 'FAILED'}  ${name}  ${seconds}`)
      // A failed file: all of it but the passed assertions.
      explained = block.some((part) => /^\s+not ok /.test(part))
      if (verdict === 'not ok') for (const kept of block.filter((part) => !/^\s*ok /.test(part))) print(kept)
      block = []
      return
    }
    if (/^(TAP version|\d+\.\.\d+|# No coverage|# time=)/.test(text)) return
    block.push(text)
  }

  const finish = (exitCode) => {
    // What follows the last file: diagnostics of that file when it failed, or of tap itself.
    if (exitCode !== 0) for (const kept of block) print(kept)
    const passed = Number(counts?.pass ?? 0)
    const failed = Number(counts?.fail ?? 0)
    const skipped = Number(counts?.skip ?? 0) + Number(counts?.todo ?? 0)
    const unexplained = (exitCode !== 0 && failed === 0) || counts === null ? 1 : 0
    return { passed, failed: failed + unexplained, skipped }
  }
  return { line, finish }
}
