/// What a token must say: a claim that is, or whose list has, a value. Written `groups=gpu-users`.
package struct ClaimRule: Codable, Hashable, Sendable {
    package let claim: String
    package let value: String

    package init(claim: String, value: String) {
        self.claim = claim
        self.value = value
    }

    /// nil: it is not written so.
    package init?(parsing text: String) {
        let halves = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard halves.count == 2, !halves[0].isEmpty, !halves[1].isEmpty else { return nil }
        self.init(claim: halves[0], value: halves[1])
    }

    func holds(_ claims: [String: ClaimValue]) -> Bool {
        switch claims[claim] {
        case .text(let text): text == value
        case .list(let texts): texts.contains(value)
        case .flag(let flag): value == (flag ? "true" : "false")
        case .number, .other, nil: false
        }
    }
}
