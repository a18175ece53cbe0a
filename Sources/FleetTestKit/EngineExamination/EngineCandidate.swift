package import EngineInterface
package import FleetModel

/// An engine that is examined, and what the examination must know about it.
package struct EngineCandidate: Sendable {
    /// Commands that behave in a known way. The defaults are real programs; a simulated engine may bring its own.
    package struct Programs: Sendable {
        package var exits: @Sendable (Int32) -> [String] = { ["sh", "-c", "exit \($0)"] }
        /// Runs until it is asked to end, and then ends by the signal.
        package var runs = ["sleep", "1000"]
        /// Prints a line as soon as it is deaf, and runs on although it is asked to end.
        package var ignoresStop = ["sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 0.1; done"]
        /// Uses a core for some time and ends then; its child's time counts too.
        package var computes = [
            "sh", "-c", "sh -c 'n=0; while [ $n -lt 300000 ]; do n=$((n+1)); done'; echo computed; exec sleep 1000",
        ]
        package var missing = ["there-is-no-such-program"]
        /// Prints `hello` on standard output and `oops` on standard error, each with a line's end.
        package var prints = ["sh", "-c", "echo hello; echo oops >&2"]
        /// Copies standard input to standard output.
        package var copies = ["cat"]
        /// Listens at the door of a session (`CARREL_SESSION_SOCKET`), prints a line as soon as it does, and answers each line
        /// with `heard ` before it.
        package var listens = [
            "perl", "-MIO::Socket::UNIX", "-e",
            """
            $s = IO::Socket::UNIX->new(Local => $ENV{CARREL_SESSION_SOCKET}, Listen => 9) or die $!; $| = 1; print "open\\n";
            $SIG{PIPE} = 'IGNORE'; while ($c = $s->accept) { $l = <$c>; print $c "heard $l"; close $c }
            """,
        ]
        /// Prints what `stty size` says of its terminal, and then copies what is typed.
        package var showsTerminal = ["sh", "-c", "stty size; exec cat"]

        package init() {}
    }

    package let engine: any EngineDriver
    /// Nil: the engine can't read or feed what it runs.
    package let console: (any AttemptConsole)?
    /// The node and the devices that orders name.
    package let node: NodeName
    package let devices: [Device]
    /// A directory that the work may enter.
    package let directory: String
    /// The Unix user that orders come from; nil: none is named.
    package let uid: UInt32?
    package let programs: Programs
    /// Lets a simulated engine's time pass; a real one's passes by itself.
    package let passTime: @Sendable () async throws -> Void
    /// Sends a line through a connection, gives all that comes back and closes it. Nil: the engine's work has no doors.
    package let talk: (@Sendable (_ socket: Int32, _ line: String) async throws -> String)?
    /// Whether the engine has terminals.
    package let hasTerminals: Bool

    package init(
        engine: any EngineDriver, console: (any AttemptConsole)?, node: NodeName, devices: [Device], directory: String,
        uid: UInt32?, programs: Programs = Programs(), hasTerminals: Bool = false,
        talk: (@Sendable (_ socket: Int32, _ line: String) async throws -> String)? = nil,
        passTime: @escaping @Sendable () async throws -> Void = {}
    ) {
        self.hasTerminals = hasTerminals
        self.talk = talk
        self.engine = engine
        self.console = console
        self.node = node
        self.devices = devices
        self.directory = directory
        self.uid = uid
        self.programs = programs
        self.passTime = passTime
    }
}

extension AttemptStatus.Phase {
    package var isEnded: Bool { if case .ended = self { true } else { false } }

    package var outcome: AttemptOutcome? { if case .ended(let outcome) = self { outcome } else { nil } }
}
