import CheckoutService
import FleetModel
import Foundation
import WireModel

/// The names of the machine's accounts. They may come over a network (LDAP, SSSD): asking takes a thread of its own
/// and has a deadline, and an account that was known goes on under its name while the directory is away.
actor AccountNames {
    /// What the account database says of a number.
    enum Answer: Equatable, Sendable {
        case name(String)
        case noSuchAccount
        /// It could not be asked; `code` is an errno.
        case failed(code: Int32)
    }

    private var known: [UInt32: (name: UserName, until: ContinuousClock.Instant)] = [:]
    /// Numbers whose answer is awaited, with everybody who waits for it.
    private var asked: [UInt32: [AsyncStream<Void>.Continuation]] = [:]
    private var failures: [UInt32: Int32] = [:]
    private let ask: @Sendable (UInt32) -> Answer
    let patience: Duration
    /// Files of the numbers that users of the machine were lent.
    let lentBy: [String]
    /// Threads that look names up; a directory that hangs keeps them.
    private var lookUps = 0

    private static let freshness = Duration.seconds(300)
    private static let mostLookUps = 4
    /// Each question that hangs holds a thread.
    private static let mostQuestions = 32

    init(
        patience: Duration = .seconds(5), lentBy: [String] = SubordinateNumbers.files,
        asking ask: @escaping @Sendable (UInt32) -> Answer = AccountNames.database
    ) {
        self.ask = ask
        self.patience = patience
        self.lentBy = lentBy
    }

    /// The account's name; an account without one is called by its number.
    func name(of uid: UInt32) async throws(Problem) -> UserName {
        if let entry = known[uid], .now < entry.until { return entry.name }
        let (bell, ringer) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        if asked[uid] != nil {
            asked[uid]?.append(ringer)
        } else if asked.count < Self.mostQuestions {
            asked[uid] = [ringer]
            let ask = ask
            Thread.detachNewThread {
                let answer = ask(uid)
                Task { await self.take(answer, of: uid) }
            }
        } else {
            ringer.finish()
        }
        _ = await bell.ring(within: patience)
        if let entry = known[uid] { return entry.name }
        throw Problem(
            "accounts-away", title: "The accounts can't be read", status: 503,
            detail: "This machine's account database did not say who user \(uid) is"
                + (failures[uid].map { " (error \($0))" } ?? " within \(patience.components.seconds) seconds")
                + ". Nothing was done; try again.")
    }

    /// False: too many hang already.
    func beginLookUp() -> Bool {
        guard lookUps < Self.mostLookUps else { return false }
        lookUps += 1
        return true
    }

    func endLookUp() { lookUps -= 1 }

    private func take(_ answer: Answer, of uid: UInt32) {
        let name: UserName?
        switch answer {
        case .name(let text): name = UserName(text)
        case .noSuchAccount: name = UserName("uid-\(uid)")
        case .failed(let code):
            name = nil
            failures[uid] = code
        }
        if let name {
            known[uid] = (name, .now + Self.freshness)
            failures[uid] = nil
        }
        for ringer in asked.removeValue(forKey: uid) ?? [] { ringer.yield() }
    }

    /// Asks the C library, which asks whatever nsswitch.conf names.
    static func database(_ uid: UInt32) -> Answer {
        let (code, name) = entry({ getpwuid_r(uid, $0, $1, $2, $3) }, { String(cString: $0.pw_name) })
        guard code == 0 else { return [ENOENT, ESRCH].contains(code) ? .noSuchAccount : .failed(code: code) }
        return name.map { .name($0) } ?? .noSuchAccount
    }

    /// What one of the C library's look-ups of users finds; nil: nothing was found.
    static func entry<Value>(
        _ ask: (
            UnsafeMutablePointer<passwd>, UnsafeMutablePointer<CChar>, Int,
            UnsafeMutablePointer<UnsafeMutablePointer<passwd>?>
        ) -> Int32, _ read: (passwd) -> Value
    ) -> (code: Int32, found: Value?) { entry(passwd(), ask, read) }

    /// The same of any kind, with as much room as the entry takes.
    /// - Parameter empty: an entry to be filled.
    static func entry<Entry, Value>(
        _ empty: Entry,
        _ ask: (
            UnsafeMutablePointer<Entry>, UnsafeMutablePointer<CChar>, Int, UnsafeMutablePointer<UnsafeMutablePointer<Entry>?>
        ) -> Int32, _ read: (Entry) -> Value
    ) -> (code: Int32, found: Value?) {
        var size = 16_384
        while true {
            var entry = empty
            var buffer = [CChar](repeating: 0, count: size)
            var found: UnsafeMutablePointer<Entry>?
            let answer = buffer.withUnsafeMutableBufferPointer { room -> (code: Int32, found: Value?) in
                guard let base = room.baseAddress else { return (ERANGE, nil) }
                let code = ask(&entry, base, room.count, &found)
                // The entry points into the room.
                return (code, found.map { read($0.pointee) })
            }
            // A directory's group may have very many members.
            if answer.code == ERANGE, size < 1 << 26 {
                size *= 4
                continue
            }
            return answer
        }
    }
}
