import Foundation
import Glibc

/// Standard output and what is known of the terminal.
enum Terminal {
    static var errorIsTerminal: Bool { isatty(2) == 1 }
    static var inputIsTerminal: Bool { isatty(0) == 1 }

    /// Columns of the terminal that a descriptor goes to; nil: it goes elsewhere, or nobody knows.
    static func width(of descriptor: Int32) -> Int? {
        var size = winsize()
        guard isatty(descriptor) == 1, ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col >= 20 else { return nil }
        return Int(size.ws_col)
    }

    /// Writes all of it; a reader that has gone away ends the program quietly, as it does every filter.
    static func write(_ text: String) { write(Array(text.utf8), to: 1) }

    static func write(_ bytes: [UInt8], to descriptor: Int32) {
        if !writes(bytes, to: descriptor) { exit(141) }
    }

    /// False: nobody reads there any more.
    static func writes(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        signal(SIGPIPE, SIG_IGN)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EAGAIN { usleep(1_000) }
                if errno == EINTR || errno == EAGAIN { continue }
                if errno == EPIPE { return false }
                exit(74)
            }
            sent += count
        }
        return true
    }
}
