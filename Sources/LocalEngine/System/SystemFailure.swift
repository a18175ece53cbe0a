import Glibc

/// A system call that failed, and on what.
struct SystemFailure: Error, Hashable {
    let doing: String
    let number: Int32

    init(_ doing: String, _ number: Int32 = errno) {
        self.doing = doing
        self.number = number
    }

    /// The disk or a quota is full.
    var isStorageFull: Bool { number == ENOSPC || number == EDQUOT }

    /// There are too many processes or open files, or too little memory, for now.
    var isExhaustion: Bool { [EMFILE, ENFILE, EAGAIN, ENOMEM].contains(number) }

    /// A disk, a file server or the machine may be well again later; what was asked for was not wrong.
    var mayPass: Bool {
        isStorageFull || isExhaustion
            || [
                EIO, EINTR, EBUSY, ENODEV, ENXIO, ESTALE, ETIMEDOUT, ENOTCONN, ECONNREFUSED, ECONNRESET, EHOSTDOWN,
                EHOSTUNREACH, ENETDOWN, ENETUNREACH, ENOLCK, ESHUTDOWN, EREMOTEIO, ETXTBSY,
            ].contains(number)
    }

    var text: String { "\(doing): \(String(cString: strerror(number)))" }
}

/// Turns a result of `CSystem`, where a negative number is an errno, into a value or an error.
func checked<Result: SignedInteger>(_ result: Result, _ doing: @autoclosure () -> String) throws(SystemFailure) -> Result {
    guard result >= 0 else { throw SystemFailure(doing(), Int32(-result)) }
    return result
}
