@preconcurrency import Dispatch
import Foundation
import Glibc
import Synchronization

/// The whole terminal, as long as a program shows something there; afterwards it is as it was.
enum Screen {
    /// Something that a picture can be drawn on.
    static var isThere: Bool {
        let kind = ProcessInfo.processInfo.environment["TERM"] ?? ""
        return isatty(1) == 1 && !kind.isEmpty && kind != "dumb"
    }

    static var hasColours: Bool { (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty }

    /// Rows and columns; nil: nobody knows.
    static var size: (rows: Int, columns: Int)? {
        var size = winsize()
        guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0, size.ws_col > 0 else { return nil }
        return (Int(size.ws_row), Int(size.ws_col))
    }

    private struct Kept: @unchecked Sendable {
        var settings: termios?
        var isOpen = false
    }
    private static let kept = Mutex(Kept())

    /// Turns to the other screen, without a cursor, and reads keys as they are pressed. However the program ends, short of a
    /// kill, `close` follows.
    static func open() {
        kept.withLock { kept in
            guard !kept.isOpen else { return }
            kept.isOpen = true
            var settings = termios()
            if isatty(0) == 1, tcgetattr(0, &settings) == 0 {
                kept.settings = settings
                settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
                tcsetattr(0, TCSANOW, &settings)
            }
        }
        // Stopped, it would leave the shell on this screen.
        signal(SIGTSTP, SIG_IGN)
        atexit { Screen.close() }
        Terminal.write("\u{1B}[?1049h\u{1B}[?25l\u{1B}[2J")
    }

    static func close() {
        let settings: termios? = kept.withLock { kept in
            guard kept.isOpen else { return nil }
            kept.isOpen = false
            _ = Terminal.writes(Array("\u{1B}[0m\u{1B}[?25h\u{1B}[?1049l".utf8), to: 1)
            return kept.settings
        }
        if var settings { tcsetattr(0, TCSANOW, &settings) }
    }

    /// What happens to it.
    enum Event: Equatable, Sendable {
        case key(UInt8)
        case resized
        /// Ctrl-C, or somebody ends the program, or the terminal is gone.
        case ended
    }

    /// Until nobody listens.
    static var events: AsyncStream<Event> {
        AsyncStream { continuation in
            var sources: [any DispatchSourceSignal] = []
            for (number, event) in [
                (SIGWINCH, Event.resized), (SIGINT, .ended), (SIGTERM, .ended), (SIGHUP, .ended),
            ] {
                signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
                source.setEventHandler { continuation.yield(event) }
                source.resume()
                sources.append(source)
            }
            let all = sources
            continuation.onTermination = { _ in for source in all { source.cancel() } }
            guard isatty(0) == 1 else { return }
            Thread.detachNewThread {
                var byte: UInt8 = 0
                while true {
                    let count = read(0, &byte, 1)
                    if count < 0, errno == EINTR { continue }
                    guard count == 1 else { break }
                    continuation.yield(.key(byte))
                }
                continuation.yield(.ended)
            }
        }
    }
}
