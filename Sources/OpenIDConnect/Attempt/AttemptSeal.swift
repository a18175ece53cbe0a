import Crypto
import Foundation

/// Seals attempts, so that browsers carry them and neither they nor other programs on the way can read or make any. The key lives
/// as long as the server: a sign-in that is under way when it starts again is begun anew.
package struct AttemptSeal: Sendable {
    private let key = SymmetricKey(size: .bits256)

    package init() {}

    /// - Parameter place: where alone it counts, as of a browser's session.
    package func sealed(_ attempt: OpenIDAttempt, in place: String) -> String? {
        guard let data = try? JSONEncoder().encode(attempt),
            let box = try? ChaChaPoly.seal(data, using: key, authenticating: Data(place.utf8))
        else { return nil }
        return Base64URL.encoded(box.combined)
    }

    /// nil: it was not sealed here, belongs to another place, is not the one of this state, or too old.
    package func opened(_ text: String, state: String, in place: String, now: Int64) -> OpenIDAttempt? {
        guard text.utf8.count <= 4_096, let bytes = Base64URL.decoded(text),
            let box = try? ChaChaPoly.SealedBox(combined: bytes),
            let data = try? ChaChaPoly.open(box, using: key, authenticating: Data(place.utf8)),
            let attempt = try? JSONDecoder().decode(OpenIDAttempt.self, from: data)
        else { return nil }
        // Digests of equal length: how alike two states are can't be told from the time.
        guard SHA256.hash(data: Data(state.utf8)) == SHA256.hash(data: Data(attempt.state.utf8)), now < attempt.endsAt else {
            return nil
        }
        return attempt
    }
}
