import CPAM
import ChildProcess
import Foundation
import Glibc

/// The child that asks PAM: modules block, crash and leak. It reads one line, writes one line and ends.
package enum UnixPasswordChild {
    struct Question: Codable {
        let user: String
        let password: String
    }

    enum Verdict: String, Codable {
        case accepted, refused, failed, missing
    }

    struct Answer: Codable {
        let verdict: Verdict
        /// PAM's own, or 0.
        var code: Int32 = 0
        var name: String?
        var uid: UInt32?
        /// Of the group that was asked for; nil: none was, or it can't be read.
        var isMember: Bool?
    }

    /// A child that nobody waits for any more ends by itself after this many seconds.
    private static let longestLife: UInt32 = 60
    static let mostBytes = 16_384

    /// - Parameter arguments: the service; then perhaps `group=NAME`, whose members are administrators, and `folder=PATH`, where
    ///   the service's rules are.
    package static func main(_ arguments: [String]) -> Never {
        alarm(longestLife)
        ChildDescriptors.closeInherited()
        // What a module prints must not get into the answer.
        let channel = dup(STDOUT_FILENO)
        dup2(STDERR_FILENO, STDOUT_FILENO)
        ChildDescriptors.endWithReader(of: channel)
        guard let service = arguments.first, let question = read() else { _exit(64) }
        func option(_ name: String) -> String? {
            arguments.dropFirst().first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.utf8.count + 1)) }
        }
        let answer = ask(question, service, group: option("group"), folder: option("folder"))
        guard let bytes = try? JSONEncoder().encode(answer) else { _exit(1) }
        _exit(ChildDescriptors.write(Array(bytes) + [UInt8(ascii: "\n")], to: channel) ? 0 : 1)
    }

    private static func ask(_ question: Question, _ service: String, group: String?, folder: String?) -> Answer {
        // Whoever asks, root's password is not tried.
        guard getpwnam(question.user)?.pointee.pw_uid != 0 else { return Answer(verdict: .refused) }
        var name = [CChar](repeating: 0, count: 512)
        var code: Int32 = 0
        let found = cpam_check(service, folder, question.user, question.password, &name, name.count, &code)
        switch found {
        case cpam_accepted: break
        case cpam_refused: return Answer(verdict: .refused, code: code)
        case cpam_missing: return Answer(verdict: .missing)
        default: return Answer(verdict: .failed, code: code)
        }
        let user = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        // The process ends with this: the C library's own room is enough.
        guard let entry = getpwnam(user)?.pointee else { return Answer(verdict: .refused) }
        let canonical = String(cString: entry.pw_name)
        return Answer(
            verdict: .accepted, name: canonical, uid: entry.pw_uid,
            isMember: group.flatMap { isMember(canonical, entry.pw_gid, of: $0) })
    }

    /// nil: the groups can't be read, which says nothing about anybody.
    private static func isMember(_ user: String, _ primary: gid_t, of group: String) -> Bool? {
        guard let wanted = getgrnam(group)?.pointee.gr_gid else { return nil }
        var count: Int32 = 65_536
        var groups = [gid_t](repeating: 0, count: Int(count))
        guard getgrouplist(user, primary, &groups, &count) >= 0 else { return nil }
        return groups.prefix(Int(count)).contains(wanted)
    }

    private static func read() -> Question? {
        var bytes: [UInt8] = [], piece = [UInt8](repeating: 0, count: 4_096)
        while bytes.count <= mostBytes {
            let count = Glibc.read(STDIN_FILENO, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return nil }
            bytes += piece[..<count]
            if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
                return try? JSONDecoder().decode(Question.self, from: Data(bytes[..<end]))
            }
        }
        return nil
    }
}
