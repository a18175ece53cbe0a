/// One thing that somebody did, or was refused.
package struct AuditEntryView: Codable, Equatable, Sendable {
    package var id: Int64
    package var at: String
    /// Absent: nobody signed in.
    package var user: String?
    /// `socket:UID`, `token:NUMBER`, `session:NUMBER` or `none`.
    package var door: String
    /// Empty: from the machine itself, by the Unix socket.
    package var address: String
    /// `request.create`.
    package var act: String
    /// A request's number, an account's name.
    package var subject: String?
    /// Of the answer: below 400 it was done.
    package var status: Int

    package init(
        id: Int64, at: String, user: String?, door: String, address: String, act: String, subject: String?, status: Int
    ) {
        self.id = id
        self.at = at
        self.user = user
        self.door = door
        self.address = address
        self.act = act
        self.subject = subject
        self.status = status
    }
}

package struct AuditList: Codable, Equatable, Sendable {
    /// Newest first.
    package var entries: [AuditEntryView]
    /// What to ask for as `before` to go on; absent: that was all.
    package var next: Int64?

    package init(entries: [AuditEntryView], next: Int64?) {
        self.entries = entries
        self.next = next
    }
}
