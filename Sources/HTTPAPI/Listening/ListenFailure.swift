import Glibc
import NIOCore

/// Why an address can't be listened on.
package enum ListenFailure: Error, Equatable, Sendable {
    /// Somebody listens there already.
    case taken
    /// The port is one of those below 1024, or a rule of the machine forbids it.
    case forbidden
    /// This machine does not have the address.
    case notOfThisMachine
    /// No address of this kind can be listened on here.
    case unsupported(detail: String)
    case failed(detail: String)

    /// Another address must be chosen. Otherwise it may pass: a network that is not up yet, too many open files.
    package var isLasting: Bool {
        switch self {
        case .taken, .forbidden, .unsupported: true
        case .notOfThisMachine, .failed: false
        }
    }

    init(_ error: any Error) {
        guard let failure = error as? IOError else {
            self = error is SocketAddressError ? .notOfThisMachine : .failed(detail: "\(error)")
            return
        }
        switch failure.errnoCode {
        case EADDRINUSE: self = .taken
        case EACCES, EPERM: self = .forbidden
        case EADDRNOTAVAIL: self = .notOfThisMachine
        case EAFNOSUPPORT: self = .unsupported(detail: String(cString: strerror(failure.errnoCode)))
        default: self = .failed(detail: String(cString: strerror(failure.errnoCode)))
        }
    }
}
