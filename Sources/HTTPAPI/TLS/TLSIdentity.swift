import Glibc
import NIOCore
import NIOSSL
import Synchronization

/// What the server proves itself with under TLS. A renewed certificate is taken up while the server runs: new connections get
/// it, those that are open go on as they are.
package final class TLSIdentity: Sendable {
    private struct State {
        var context: NIOSSLContext
        /// Of the files as they were tried last.
        var mark: [Int]?
        var failure: TLSFailure?
        var validUntil: Int
    }

    /// How often it is looked whether the files are others.
    private static let pause = Duration.seconds(10)

    let files: TLSFiles
    private let state: Mutex<State>
    private let complain: @Sendable (String) -> Void

    /// Reads the files. Says where the key is open to every user, or the certificate is out of date.
    package init(_ files: TLSFiles, complain: @escaping @Sendable (String) -> Void) throws(TLSFailure) {
        self.files = files
        self.complain = complain
        let mark = files.mark, loaded = try files.load()
        state = Mutex(State(context: loaded.context, mark: mark, failure: nil, validUntil: loaded.validUntil))
        if files.isKeyOpenToAll {
            complain("every user of this machine can read \(files.key), and so pretend to be this server: chmod o-r")
        }
        warnOfAge(loaded.validUntil)
    }

    /// What a read of the files led to.
    package enum Reload: Hashable, Sendable {
        /// New connections get the certificate that is in the files now.
        case taken
        /// The one before stays.
        case kept(TLSFailure)
    }

    /// Reads the files again; what can't be used changes nothing.
    @discardableResult
    package func reload() -> Reload {
        let mark = files.mark
        do throws(TLSFailure) {
            let loaded = try files.load()
            state.withLock { $0 = State(context: loaded.context, mark: mark, failure: nil, validUntil: loaded.validUntil) }
            warnOfAge(loaded.validUntil)
            return .taken
        } catch {
            let isNew = state.withLock { state in
                defer { (state.mark, state.failure) = (mark, error) }
                return state.failure != error
            }
            if isNew { complain("the new certificate is not used, and the one before stays: \(error)") }
            return .kept(error)
        }
    }

    /// Looks at the files now and then, until cancelled. Two files are not written at once: what doesn't fit is read again
    /// before anything is said of it.
    package func watch(every pause: Duration = TLSIdentity.pause) async {
        var unsettled: [Int]?
        while true {
            do { try await Task.sleep(for: pause) } catch { return }
            let mark = files.mark
            guard mark != state.withLock({ $0.mark }) else { continue }
            if mark != unsettled, (try? files.load()) == nil {
                unsettled = mark
                continue
            }
            unsettled = nil
            if reload() == .taken { complain("the renewed certificate in \(files.certificate) is in use") }
        }
    }

    /// Puts TLS before everything else that a connection goes through.
    func install(on channel: any Channel) -> EventLoopFuture<Void> {
        let context = state.withLock { $0.context }
        return channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context), position: .first)
        }
    }

    private func warnOfAge(_ validUntil: Int) {
        let left = validUntil - Int(time(nil))
        guard left < 7 * 86_400 else { return }
        complain(
            left < 0
                ? "the certificate in \(files.certificate) is out of date: browsers refuse it. Renew it"
                : "the certificate in \(files.certificate) is valid for \(left / 3_600) more hours only. Renew it")
    }
}
