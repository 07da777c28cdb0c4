/** Programs that tests start: what they say, line by line, and their end. */
import { spawn, type ChildProcess } from 'node:child_process'

const DEADLINE_MS = 60_000

export interface Program {
  /** Resolves with the match of the first line, past or to come, that the pattern is found in. */
  says: (pattern: RegExp) => Promise<RegExpExecArray>
  /** All that it has said. */
  log: () => string
  /** Ends it by SIGTERM; resolves once it is gone. */
  stop: () => Promise<void>
}

interface Listener {
  pattern: RegExp
  found: (match: RegExpExecArray) => void
}

/** Gathers lines, and wakes whoever waits for one. */
class Lines {
  readonly all: string[] = []
  private rest = ''
  private readonly listeners = new Set<Listener>()

  add(text: string) {
    const lines = (this.rest + text).split('\n')
    this.rest = lines.pop() ?? ''
    for (const line of lines) this.tell(line)
  }

  private tell(line: string) {
    this.all.push(line)
    for (const listener of this.listeners) {
      const match = listener.pattern.exec(line)
      if (match) listener.found(match)
    }
  }

  wait(pattern: RegExp): Promise<RegExpExecArray> {
    for (const line of this.all) {
      const match = pattern.exec(line)
      if (match) return Promise.resolve(match)
    }
    return new Promise((resolve) => {
      const listener: Listener = {
        pattern,
        found: (match) => {
          this.listeners.delete(listener)
          resolve(match)
        },
      }
      this.listeners.add(listener)
    })
  }
}

const ended = (child: ChildProcess) =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise<void>((resolve) => child.once('exit', () => resolve()))

function withDeadline<T>(promise: Promise<T>, sentence: () => string): Promise<T> {
  let timer: NodeJS.Timeout
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(sentence())), DEADLINE_MS)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

/** `setpriv` ends the program with the test, however that ends. */
export function startProgram(
  command: string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Program {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...command], {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines = new Lines()
  child.stdout.setEncoding('utf8').on('data', (text: string) => lines.add(text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => lines.add(text))
  const log = () => lines.all.join('\n')

  return {
    log,
    says: (pattern) => {
      const early = ended(child).then(() => {
        throw new Error(`${command[0]} ended and never said ${pattern}:\n${log()}`)
      })
      return withDeadline(
        Promise.race([lines.wait(pattern), early]),
        () => `${command[0]} did not say ${pattern}:\n${log()}`,
      )
    },
    stop: () => {
      child.kill('SIGTERM')
      return withDeadline(ended(child), () => `${command[0]} does not end:\n${log()}`)
    },
  }
}
