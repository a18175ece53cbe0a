/// What to run: kept beside the ledger until the lease closes, never in an event, since it may hold secrets.
package struct WorkOrder: Hashable, Codable, Sendable {
    /// The program and its arguments; at least one element.
    package let command: [String]
    /// Absolute.
    package let directory: String
    /// `NAME=value`, as the client had it.
    package let environment: [String]
    /// Whether standard input is fed by clients; false: it is empty.
    package let takesInput: Bool
    /// The Unix user that the client ran as; nil: the client came with a token.
    package let uid: UInt32?
    /// The terminal that it runs on; nil: its output goes into files.
    package let terminal: WorkTerminal?
    /// Where it listens for those who come through the gateway; nil: nowhere.
    package let door: SessionDoor?
    /// The environment of software that it starts in, or changes; nil: none.
    package let software: EnvironmentUse?
    /// What it does about a data set's copy, as Carrel's own work; nil: nothing.
    package let copying: DataCopyAct?

    package init(
        command: [String], directory: String, environment: [String], takesInput: Bool, uid: UInt32?,
        terminal: WorkTerminal? = nil, door: SessionDoor? = nil, software: EnvironmentUse? = nil,
        copying: DataCopyAct? = nil
    ) {
        self.command = command
        self.directory = directory
        self.environment = environment
        self.takesInput = takesInput
        self.uid = uid
        self.terminal = terminal
        self.door = door
        self.software = software
        self.copying = copying
    }
}
