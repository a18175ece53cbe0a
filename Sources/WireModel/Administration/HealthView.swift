/// How the server is; what `carrel doctor` shows.
package struct HealthView: Codable, Equatable, Sendable {
    /// One thing that was looked at.
    package struct Finding: Codable, Equatable, Sendable {
        package var subject: String
        /// `good`, `warning` or `bad`.
        package var state: String
        package var words: String
        /// What to do about it.
        package var next: String?

        package init(subject: String, state: String, words: String, next: String? = nil) {
            self.subject = subject
            self.state = state
            self.words = words
            self.next = next
        }
    }

    /// `good`, `warning` or `bad`: the worst of the findings.
    package var state: String
    package var version: String
    package var findings: [Finding]

    package init(version: String, findings: [Finding]) {
        self.version = version
        self.findings = findings
        let states = findings.map(\.state)
        state = states.contains("bad") ? "bad" : states.contains("warning") ? "warning" : "good"
    }
}
