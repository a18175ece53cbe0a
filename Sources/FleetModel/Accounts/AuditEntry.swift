/// One thing that somebody did, or was refused. Entries are never changed; old ones go with old events.
package struct AuditEntry: Hashable, Sendable {
    /// From 1, in the order in which they were written; 0: not written yet.
    package var id: Int64
    package let at: Timestamp
    /// nil: nobody signed in.
    package let user: UserName?
    /// How they came: `socket:UID`, `token:NUMBER`, `session:NUMBER`, or `none`.
    package let door: String
    /// From which address; empty: from the machine itself, by the Unix socket.
    package let address: String
    /// What was done: `request.create`.
    package let act: String
    /// To what or whom: a request's number, an account's name.
    package let subject: String?
    /// The status of the answer: below 400 it was done.
    package let status: Int

    package init(
        id: Int64 = 0, at: Timestamp, user: UserName?, door: String, address: String, act: String, subject: String?,
        status: Int
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
