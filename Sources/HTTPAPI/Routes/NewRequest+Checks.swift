import CheckoutService
import FleetModel
import LeaseLedger
import WireModel

extension NewRequest {
    /// The kernel's limit for one argument or variable (MAX_ARG_STRLEN, 32 pages), its closing zero included.
    static let longestArgument = 131_072
    /// Somewhat less than the kernel takes for all of them together (a quarter of the 8 MiB stack).
    static let longestTotal = 2_000_000

    /// - Parameters:
    ///   - state: has the profiles. What is said beside one counts before it; limits are asked later, and hold for all.
    ///   - catalog: the data sets; nil: there are none.
    func submission(
        by caller: Caller, in state: LedgerState, _ catalog: (any DataCatalog)? = nil
    ) throws(Problem) -> Submission {
        let kind = try sessionKind()
        guard let program = try fullCommand().first, !program.isEmpty else {
            throw .badInput("There is no command. Write it after `--`: carrel run -- python train.py")
        }
        let size = try profile.map { name throws(Problem) in try state.profile(name, for: caller) }
        let resources = ResourceRequest(
            devices: try gpus.map(Typed.devices) ?? size?.devices ?? DeviceSelector(count: 1),
            cores: try cpus.map(Typed.cores) ?? size?.cores, memory: try memory.map(Typed.memory) ?? size?.memory,
            duration: try time.map { text throws(Problem) in try Typed.span(text, "time") } ?? size?.duration,
            reservation: reservation.map { ReservationID($0) })
        return Submission(
            user: caller.requester.user, name: name ?? (kind == .notebook ? "notebook" : Self.shortName(of: program)),
            resources: resources,
            wishes: try wishes(data: try dataNames(by: caller, in: state, catalog)))
    }

    private func wishes(data: [String]) throws(Problem) -> WorkWishes {
        var signal: SignalNumber?
        if let warnSignal {
            signal = SignalNumber(parsing: warnSignal)
            guard signal != nil else {
                throw .badInput(
                    "“\(warnSignal.shown)” is no signal that a program can take; use a name or a number: USR1, TERM, 10. KILL and STOP can't be taken."
                )
            }
        }
        return WorkWishes(
            warnSignal: signal,
            warnBefore: try warnBefore.map { text throws(Problem) in try Typed.span(text, "warnBefore") },
            requeues: requeue ?? false, session: try sessionKind(), data: data)
    }

    /// - Parameter software: what the work has to do with an environment; nil: what `env` says.
    func order(by caller: Caller, software: EnvironmentUse? = nil) throws(Problem) -> WorkOrder {
        guard !caller.lacksUnixUser else { throw .noUnixUser(caller.requester.user) }
        let environment = environment ?? [], command = try fullCommand()
        var total = 0
        for (index, text) in (command + environment).enumerated() {
            let length = text.utf8.count
            let what = index < command.count ? "Argument \(index)" : "An environment variable"
            guard !text.utf8.contains(0) else {
                throw .badInput("\(what) holds a zero byte, which no program can be given.")
            }
            guard length < Self.longestArgument else {
                throw Self.tooLong("\(what) has \(length) bytes, and the kernel takes at most \(Self.longestArgument - 1)")
            }
            total += length + 9
        }
        guard total <= Self.longestTotal else {
            throw Self.tooLong(
                "Arguments and environment are \(total) bytes, and the kernel takes about \(Self.longestTotal)")
        }
        guard environment.allSatisfy({ $0.utf8.dropFirst().contains(UInt8(ascii: "=")) }) else {
            throw .badInput("Each environment variable is written NAME=value.")
        }
        guard directory.utf8.first == UInt8(ascii: "/"), !directory.utf8.contains(0), directory.utf8.count < 4_096 else {
            throw .badInput("The folder “\(directory.shown)” is not an absolute path.")
        }
        let named = try environmentUse()
        return WorkOrder(
            command: command, directory: directory, environment: environment, takesInput: takesInput ?? false,
            uid: caller.uid, terminal: try workTerminal(), door: try door(), software: software ?? named)
    }

    private func environmentUse() throws(Problem) -> EnvironmentUse? {
        guard let env else { return nil }
        if env.hasPrefix("/"), !env.utf8.contains(0), env.utf8.count < 4_096 { return .folder(env) }
        guard EnvironmentPlace.isName(env) else {
            throw .badInput(
                "“\(env.shown)” is neither the name of an environment nor an absolute path to one; `carrel env list` shows them."
            )
        }
        return .named(env)
    }

    private func workTerminal() throws(Problem) -> WorkTerminal? {
        guard let terminal else { return nil }
        guard takesInput != true else {
            throw .badInput("Work on a terminal is typed to; leave `takesInput` away where there is `terminal`.")
        }
        return WorkTerminal(
            size: try Typed.terminalSize(rows: terminal.rows, columns: terminal.columns), isShell: terminal.shell ?? false)
    }

    private static func tooLong(_ what: String) -> Problem {
        Problem(
            "arguments-too-long", title: "Too long for the kernel", status: 413,
            detail: "\(what); nothing was asked for. Put large data in a file and name the file.", exitCode: ExitCode.usage)
    }

    /// The program's name without its folder, made fit for screens.
    private static func shortName(of program: String) -> String {
        let last = program.split(separator: "/").last.map(String.init) ?? program
        var name = ""
        for scalar in last.unicodeScalars where scalar.value >= 0x20 && !(0x7f...0x9f).contains(scalar.value) {
            guard name.utf8.count < 100 else { break }
            name.unicodeScalars.append(scalar)
        }
        return name.isEmpty ? "work" : name
    }
}
