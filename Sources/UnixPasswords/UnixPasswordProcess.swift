package import Accounts
package import ChildProcess
import Foundation
import Glibc
import Synchronization

/// Asks PAM in a child for each question, with a deadline: a directory that is away holds up nobody else for long.
package final class UnixPasswordProcess: UnixPasswords {
    /// At once; each is a process.
    static let most = 8
    /// A wrong password, an unknown name, an account that may not be used; 0: nobody has the name that the modules gave.
    private static let usualRefusals: Set<Int32> = [0, 6, 7, 10, 11, 12, 13]
    private static let answerLimit = 8_192

    private let starter: ChildStarter
    private let deadline: Duration
    private let complain: @Sendable (String) -> Void
    private let running = Mutex(0)

    /// - Parameter starter: starts what `UnixPasswordChild.main` is.
    package init(
        starter: ChildStarter, deadline: Duration = .seconds(20), complain: @escaping @Sendable (String) -> Void
    ) {
        self.starter = starter
        self.deadline = deadline
        self.complain = complain
    }

    package func person(named name: String, password: String) async throws(SignInRefusal) -> UnixPerson? {
        let question = UnixPasswordChild.Question(user: name, password: password)
        guard let data = try? JSONEncoder().encode(question), data.count < UnixPasswordChild.mostBytes else { return nil }
        let mayRun = running.withLock { count in
            guard count < Self.most else { return false }
            count += 1
            return true
        }
        guard mayRun else { throw .busy }
        defer { running.withLock { $0 -= 1 } }
        let run = ChildRun(asking(Array(data) + [UInt8(ascii: "\n")]), answerLimit: Self.answerLimit)
        let deadline = deadline
        return try person(in: await onOwnThread { run.run(deadline: deadline) })
    }

    /// Starts a child and tells it the question.
    private func asking(_ line: [UInt8]) -> ChildStarter {
        let starter = starter
        return ChildStarter(executable: starter.executable) { order throws(ChildStartFailure) in
            let child = try starter.start(ChildOrder(words: order.words, takesInput: true, deadline: order.deadline))
            // A line fits into the socket: this doesn't block. A child that is gone already is seen by its end.
            _ = line.withUnsafeBytes { send(child.socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            return child
        }
    }

    private func person(in outcome: ChildRun.Outcome?) throws(SignInRefusal) -> UnixPerson? {
        let trouble: String
        switch outcome {
        case .line(let line):
            guard let answer = try? JSONDecoder().decode(UnixPasswordChild.Answer.self, from: Data(line)) else {
                trouble = "its answer can't be read"
                break
            }
            switch answer.verdict {
            case .refused:
                if !Self.usualRefusals.contains(answer.code) {
                    complain(
                        "this machine's own sign-in refused somebody with PAM's code \(answer.code), which may be a fault of its rules; "
                            + "the machine's log may say more")
                }
                return nil
            case .accepted:
                guard let name = answer.name, let uid = answer.uid else {
                    trouble = "its answer names nobody"
                    break
                }
                return UnixPerson(name: name, uid: uid, isAdministrator: answer.isMember)
            case .failed: trouble = "PAM failed with code \(answer.code); the machine's own log may say more"
            case .missing: trouble = "libpam.so.0 is not on this machine, or is too old (Debian: apt-get install libpam0g)"
            }
        case .late: trouble = "it did not answer within \(deadline.components.seconds) s"
        case .ended: trouble = "it ended without an answer"
        case .tooLong: trouble = "it said too much"
        case .notStarted(let code): trouble = "it could not be started: \(String(cString: strerror(code)))"
        case nil: trouble = "there was no thread to ask it"
        }
        complain("a password could not be checked by this machine's own sign-in: \(trouble)")
        throw .machineSilent
    }
}
