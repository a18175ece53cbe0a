/// What is known of a lease's use, and what its user was told.
package struct IdleView: Codable, Equatable, Sendable {
    /// A sentence: whether it is used, as far as anybody can tell.
    package var words: String
    /// Since when it has not been used, as seen now; absent: it is used, or nobody looks.
    package var since: String?
    /// When something will be said or done next if it stays so.
    package var nextAt: String?
    /// When it will be returned if it stays so, as its user was told; absent: it will not.
    package var releaseAt: String?
    /// The newest notice.
    package var notice: NoticeView?
    /// Its user keeps it until then.
    package var keptUntil: String?

    package init(words: String) { self.words = words }
}

/// Something that is said about a lease: on screens, to `carrel run`, and to the program of `carrel up --notify`.
package struct NoticeView: Codable, Equatable, Sendable {
    package var lease: Int64
    package var user: String
    package var name: String
    /// Of its use `advised warned warnedAgain wouldBeReleased withdrawn released`; `takenBack` and `notTakenBack`.
    package var kind: String
    package var at: String
    package var sentence: String
    /// What was seen, a sentence or two; empty: nothing has been since.
    package var evidence: String
    /// When the lease will be returned; absent: that was not said.
    package var releaseAt: String?
    /// What keeps it; absent where nothing has to be.
    package var keep: String?

    package init(
        lease: Int64, user: String, name: String, kind: String, at: String, sentence: String, evidence: String,
        releaseAt: String?, keep: String?
    ) {
        self.lease = lease
        self.user = user
        self.name = name
        self.kind = kind
        self.at = at
        self.sentence = sentence
        self.evidence = evidence
        self.releaseAt = releaseAt
        self.keep = keep
    }
}
