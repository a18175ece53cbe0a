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
    case failed(detail: String)

    init(_ error: any Error) {
        guard let failure = error as? IOError else {
            self = error is SocketAddressError ? .notOfThisMachine : .failed(detail: "\(error)")
            return
        }
        switch failure.errnoCode {
        case EADDRINUSE: self = .taken
        case EACCES, EPERM: self = .forbidden
        case EADDRNOTAVAIL: self = .notOfThisMachine
        default: self = .failed(detail: String(cString: strerror(failure.errnoCode)))
        }
    }
}
