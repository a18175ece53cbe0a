import Glibc
import NIOCore

/// Why a listener could not begin.
package struct ListenFailure: Error {
    /// For people.
    package let detail: String
    /// Another address must be chosen. Otherwise it may pass: a network that is not up yet, too many open files.
    package let isLasting: Bool

    init(_ error: any Error) {
        detail = "\(error)"
        isLasting = [EADDRINUSE, EACCES, EPERM, EAFNOSUPPORT].contains((error as? IOError)?.errnoCode)
    }
}
