/// A program that may have any device's node open: the driver's daemons, what draws the screen.
package struct AllowedHolder: Hashable, Sendable {
    /// The name of the file that it is, without its folder.
    package let program: String
    /// The accounts that may run it; nil: any.
    package let users: [String]?

    package init(_ program: String, users: [String]?) {
        self.program = program
        self.users = users
    }

    /// The file counts, not the name that a process gives itself; and only one that nobody but root could have put there.
    func admits(_ facts: HolderFacts) -> Bool {
        guard facts.isSystemProgram, let path = facts.program,
            path.split(separator: "/").last.map(String.init) == program
        else { return false }
        guard let users else { return true }
        return facts.user.map(users.contains) ?? false
    }
}
