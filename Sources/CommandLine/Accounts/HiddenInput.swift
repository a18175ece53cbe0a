import ArgumentParser
import Foundation
import Glibc

/// Reads what must not be seen: from a terminal without echo, or one line from a pipe. It is never an argument, which every
/// user of the machine could read.
enum HiddenInput {
    /// Asked for twice on a terminal.
    static func newPassword() throws -> String {
        let first = try line("New password (at least 10 characters): ")
        guard Terminal.inputIsTerminal else { return first }
        guard try line("Once more: ") == first else {
            Exit.say("The two differ. Nothing was changed.")
            throw ExitCode(1)
        }
        return first
    }

    static func line(_ prompt: String) throws -> String {
        guard Terminal.inputIsTerminal else { return try read() }
        tcgetattr(0, &terminalBefore)
        var silent = terminalBefore
        silent.c_lflag &= ~tcflag_t(ECHO)
        let before = signal(SIGINT, restoreAndLeave)
        tcsetattr(0, TCSAFLUSH, &silent)
        defer {
            tcsetattr(0, TCSAFLUSH, &terminalBefore)
            signal(SIGINT, before)
            Terminal.write(Array("\n".utf8), to: 2)
        }
        Terminal.write(Array(prompt.utf8), to: 2)
        return try read()
    }

    /// With echo: what is no secret.
    static func shown(_ prompt: String) throws -> String {
        if Terminal.inputIsTerminal { Terminal.write(Array(prompt.utf8), to: 2) }
        return try read()
    }

    private static func read() throws -> String {
        guard let text = readLine(strippingNewline: true), !text.isEmpty else {
            Exit.say("Nothing was typed, and nothing was changed. Give the command again.")
            throw ExitCode(1)
        }
        return text
    }
}

/// How the terminal was; only `HiddenInput` writes it, before it sets the handler that reads it.
nonisolated(unsafe) private var terminalBefore = termios()

/// Ctrl-C must not leave a terminal on which nobody sees what they type.
private func restoreAndLeave(_ number: Int32) {
    tcsetattr(0, TCSAFLUSH, &terminalBefore)
    _exit(130)
}
