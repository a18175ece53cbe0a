import ArgumentParser
@preconcurrency import Dispatch
import FleetModel
import Foundation
import Glibc
import Synchronization

/// The user's terminal while the work's shows through it: keys come as they are pressed. However the program ends, short of a
/// kill, the terminal is afterwards as it was.
enum RawTerminal {
    private struct Kept: @unchecked Sendable {
        var settings: termios?
        var modes = ScreenModes()
        /// The work's last line is not ended: the cursor stands behind a prompt, most often.
        var isInLine = false
        var sources: [any DispatchSourceSignal] = []
    }
    private static let kept = Mutex(Kept())

    enum Event: Sendable { case resized, continued }

    /// Of the terminal that keys come from; where nobody knows, what is usual.
    static var size: TerminalSize {
        var size = winsize()
        guard ioctl(0, UInt(TIOCGWINSZ), &size) == 0 else { return .usual }
        return TerminalSize(rows: Int(size.ws_row), columns: Int(size.ws_col)) ?? .usual
    }

    static func require(for what: String) throws {
        if Terminal.inputIsTerminal {
            if isInFront { return }
            Exit.say("\(what) needs the terminal, and runs in its background: start it without &.")
            throw ExitCode(64)
        }
        Exit.say(
            "\(what) needs a terminal on standard input, and there is none. Without it: carrel run -- PROGRAM; or add --detach, "
                + "and come back from a terminal with carrel attach.")
        throw ExitCode(64)
    }

    /// Not started with `&`, nor stopped and sent there: the terminal is this program's to set.
    private static var isInFront: Bool { tcgetpgrp(0) == getpgrp() }

    static var isOpen: Bool { kept.withLock { $0.settings != nil } }

    /// - Parameter happens: told from a thread of its own.
    static func open(_ happens: @escaping @Sendable (Event) -> Void) {
        let isNew = kept.withLock { kept in
            var settings = termios()
            guard kept.settings == nil, tcgetattr(0, &settings) == 0 else { return false }
            kept.settings = settings
            return true
        }
        guard isNew else { return }
        atexit { RawTerminal.close() }
        // Whoever stops it would leave the shell with this one's settings.
        signal(SIGTSTP, SIG_IGN)
        // A terminal that is gone must not stop it while it puts things back.
        signal(SIGTTOU, SIG_IGN)
        watch(SIGWINCH) { happens(.resized) }
        watch(SIGCONT) {
            apply()
            happens(.continued)
        }
        // The work goes on whoever ends this.
        for number in [SIGTERM, SIGHUP, SIGQUIT] { watch(number) { leave(128 + number) } }
        apply()
    }

    private static func watch(_ number: Int32, _ happens: @escaping @Sendable () -> Void) {
        if number != SIGCONT { signal(number, SIG_IGN) }
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler(handler: happens)
        source.resume()
        kept.withLock { $0.sources.append(source) }
    }

    private static func apply() {
        kept.withLock { kept in
            guard var settings = kept.settings, isInFront else { return }
            cfmakeraw(&settings)
            tcsetattr(0, TCSANOW, &settings)
        }
    }

    /// What the work has written, to the user's screen.
    static func show(_ bytes: [UInt8]) {
        kept.withLock { kept in
            kept.modes.note(bytes)
            if let last = bytes.last { kept.isInLine = last != UInt8(ascii: "\n") }
        }
        Terminal.write(bytes, to: 1)
    }

    /// Words of Carrel's own, on a screen whose lines don't return by themselves.
    static func say(_ words: String) {
        guard isOpen else { return Exit.say(words) }
        let lines = Wrapping.wrapped("carrel: " + words, width: Terminal.width(of: 2)).split(separator: "\n")
        FileHandle.standardError.write(Data(("\r\n" + lines.joined(separator: "\r\n") + "\r\n").utf8))
    }

    private static let isLeaving = Mutex(false)

    /// Ends the program with the terminal as it was. Whoever comes second waits for the end: two may not leave at once.
    static func leave(_ code: Int32, saying words: String? = nil) -> Never {
        let isFirst = isLeaving.withLock { isLeaving in
            defer { isLeaving = true }
            return !isLeaving
        }
        while !isFirst { sleep(1) }
        close(isSpeaking: words != nil)
        if let words { Exit.say(words) }
        exit(code)
    }

    /// - Parameter isSpeaking: words of Carrel's own follow, which begin a line.
    static func close(isSpeaking: Bool = false) {
        let (settings, reset): (termios?, [UInt8]) = kept.withLock { kept in
            defer { kept.settings = nil }
            return (kept.settings, kept.modes.reset + (isSpeaking && kept.isInLine ? Array("\r\n".utf8) : []))
        }
        guard var settings else { return }
        if isatty(1) == 1 { _ = reset.withUnsafeBytes { Glibc.write(1, $0.baseAddress, $0.count) } }
        tcsetattr(0, TCSANOW, &settings)
    }
}
