import Foundation
import WireModel

extension AccountNames {
    /// The number of a user of this machine; nil: there is none of that name. Throws where it could not be asked in time:
    /// what isn't known is not taken for free.
    func number(of name: String) async throws(Problem) -> UInt32? {
        guard !name.isEmpty, !name.utf8.contains(0), name.utf8.count <= 256 else { return nil }
        guard beginLookUp() else { throw Self.away(name) }
        let (answers, answer) = AsyncStream.makeStream(of: UInt32?.self, bufferingPolicy: .bufferingNewest(1))
        let patience = patience
        Thread.detachNewThread {
            if let found = Self.lookUp(name) { answer.yield(found.number) }
            answer.finish()
            Task { await self.endLookUp() }
        }
        let deadline = Task {
            try? await Task.sleep(for: patience)
            answer.finish()
        }
        defer { deadline.cancel() }
        for await number in answers { return number }
        throw Self.away(name)
    }

    private struct Found {
        /// nil: nobody has the name.
        let number: UInt32?
    }

    /// nil: it could not be asked.
    private static func lookUp(_ name: String) -> Found? {
        let (code, number) = entry({ getpwnam_r(name, $0, $1, $2, $3) }, \.pw_uid)
        if let number { return Found(number: number) }
        return [0, ENOENT, ESRCH].contains(code) ? Found(number: nil) : nil
    }

    private static func away(_ name: String) -> Problem {
        Problem(
            "accounts-away", title: "The accounts can't be read", status: 503,
            detail: "This machine's account database did not say whether it has a user \(name.shown). Nothing was done; try "
                + "again.", exitCode: 1)
    }
}
