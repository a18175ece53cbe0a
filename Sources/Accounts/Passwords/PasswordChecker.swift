import Dispatch
import Synchronization

/// Hashes and checks passwords, one at a time and on a thread of its own: each takes tens of milliseconds and 16 MiB, and
/// strangers may ask for it.
package final class PasswordChecker: Sendable {
    /// How many may wait.
    static let mostWaiting = 64

    private struct Loaded: Sendable {
        let library: CryptLibrary
        /// Of a password that nobody has: who names no account must wait as long as who does.
        let nobody: String
    }

    private let queue = DispatchQueue(label: "passwords")
    private let waiting = Mutex(0)
    private let loaded: Mutex<Loaded?> = Mutex(nil)
    private let names: [String]

    package init() { names = CryptLibrary.names }

    init(names: [String]) { self.names = names }

    /// A hash to be stored.
    func hash(_ password: String) async throws(SignInRefusal) -> String {
        let password = PasswordRules.plain(password)
        return try await run { loaded in
            loaded.library.freshSetting().flatMap { loaded.library.hash(password, $0) }
        }
    }

    /// Whether a password belongs to a hash.
    /// - Parameter hash: nil: there is none; the answer is no and takes as long.
    func matches(_ password: String, _ hash: String?) async throws(SignInRefusal) -> Bool {
        let password = PasswordRules.plain(password)
        guard !password.utf8.contains(0), password.utf8.count <= PasswordRules.mostBytes else { return false }
        let isSame: String = try await run { loaded in
            let against = hash ?? loaded.nobody
            guard let found = loaded.library.hash(password, against) else { return nil }
            return Self.isEqual(found, against) && hash != nil ? "yes" : "no"
        }
        return isSame == "yes"
    }

    private func run(_ body: @escaping @Sendable (Loaded) -> String?) async throws(SignInRefusal) -> String {
        let mayWait = waiting.withLock { count in
            guard count < Self.mostWaiting else { return false }
            count += 1
            return true
        }
        guard mayWait else { throw .busy }
        let result: Result<String, SignInRefusal> = await withCheckedContinuation { continuation in
            queue.async {
                let result: Result<String, SignInRefusal>
                if let loaded = self.load() {
                    result = body(loaded).map { .success($0) } ?? .failure(.busy)
                } else {
                    result = .failure(.noPasswordLibrary)
                }
                self.waiting.withLock { $0 -= 1 }
                continuation.resume(returning: result)
            }
        }
        return try result.get()
    }

    /// On the queue. A library that is installed later is found then.
    private func load() -> Loaded? {
        if let known = loaded.withLock({ $0 }) { return known }
        var random = SystemRandomNumberGenerator()
        guard let library = CryptLibrary.open(names), let setting = library.freshSetting(),
            let nobody = library.hash(SecretText.ticket.make(&random), setting)
        else { return nil }
        let new = Loaded(library: library, nobody: nobody)
        loaded.withLock { $0 = new }
        return new
    }

    /// Looks at every byte, wherever they differ.
    static func isEqual(_ left: String, _ right: String) -> Bool {
        let left = Array(left.utf8), right = Array(right.utf8)
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
