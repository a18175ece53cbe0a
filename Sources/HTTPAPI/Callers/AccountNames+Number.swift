import FleetModel
import Foundation
import WireModel

extension AccountNames {
    /// Why a number can't be an account's that no user of the machine has.
    enum NumberOwner: Equatable, Sendable {
        case user(String)
        /// Work runs with the group of its number, and would have this one's rights.
        case group(String)
        /// `/etc/subuid` or `/etc/subgid` lends it to a user of the machine.
        case lender

        var words: String {
            switch self {
            case .user(let name): "the user \(name.shown)"
            case .group(let name): "the group \(name.shown)"
            case .lender: "what /etc/subuid and /etc/subgid lend to a user"
            }
        }
    }

    /// The number of a user of this machine; nil: there is none of that name. Throws where it could not be asked in time:
    /// what isn't known is not taken for free.
    func number(of name: String) async throws(Problem) -> UInt32? {
        guard !name.isEmpty, !name.utf8.contains(0), name.utf8.count <= 256 else { return nil }
        return try await asked("a user \(name.shown)") { Self.lookUp(name) }
    }

    /// Whose a number is; nil: nobody's, as a user, as a group or lent. Throws where it could not be asked in time.
    func owner(of number: UInt32) async throws(Problem) -> NumberOwner? {
        let user = try await name(of: number)
        guard user == UserName("uid-\(number)") else { return .user(user.name) }
        do throws(SubordinateNumbers.Unreadable) {
            if try SubordinateNumbers.contain(number, in: lentBy) { return .lender }
        } catch { throw Self.unreadable(error.path) }
        return try await asked("a group \(number)") { Self.lookUpGroup(number) }.map { .group($0) }
    }

    /// On a thread of its own, for as long as patience lasts.
    /// - Parameter lookUp: nil: it could not be asked.
    private func asked<Value: Sendable>(
        _ what: String, _ lookUp: @escaping @Sendable () -> Found<Value>?
    ) async throws(Problem) -> Value? {
        guard beginLookUp() else { throw Self.away(what) }
        let (answers, answer) = AsyncStream.makeStream(of: Found<Value>.self, bufferingPolicy: .bufferingNewest(1))
        let patience = patience
        Thread.detachNewThread {
            if let found = lookUp() { answer.yield(found) }
            answer.finish()
            Task { await self.endLookUp() }
        }
        let deadline = Task {
            try? await Task.sleep(for: patience)
            answer.finish()
        }
        defer { deadline.cancel() }
        for await found in answers { return found.value }
        throw Self.away(what)
    }

    private struct Found<Value: Sendable>: Sendable {
        /// nil: there is none.
        let value: Value?
    }

    private static func lookUp(_ name: String) -> Found<UInt32>? {
        let (code, number) = entry({ getpwnam_r(name, $0, $1, $2, $3) }, \.pw_uid)
        return found(code, number)
    }

    private static func lookUpGroup(_ number: UInt32) -> Found<String>? {
        let (code, name) = entry(group(), { getgrgid_r(number, $0, $1, $2, $3) }, { String(cString: $0.gr_name) })
        return found(code, name)
    }

    private static func found<Value: Sendable>(_ code: Int32, _ value: Value?) -> Found<Value>? {
        if let value { return Found(value: value) }
        return [0, ENOENT, ESRCH].contains(code) ? Found(value: nil) : nil
    }

    private static func unreadable(_ path: String) -> Problem {
        Problem(
            "accounts-away", title: "The accounts can't be read", status: 503,
            detail:
                "Whom numbers were lent to can't be known, since the server can't read \(path). Nothing was done. Make it readable to everybody, "
                + "as it is by default, and try again.", exitCode: 1)
    }

    private static func away(_ what: String) -> Problem {
        Problem(
            "accounts-away", title: "The accounts can't be read", status: 503,
            detail: "This machine's account database did not say whether it has \(what). Nothing was done; try again.",
            exitCode: 1)
    }
}
