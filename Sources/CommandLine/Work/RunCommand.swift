package import ArgumentParser
import FleetModel
import Foundation
import Glibc
import WireClient
import WireModel

/// `carrel run`: checks devices out, runs a program on them, passes its output and exit code through.
package struct RunCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a program on a checked-out GPU.",
        usage: "carrel run [--gpus 1] [--time 2h] [options] -- PROGRAM [ARGUMENTS]",
        discussion: """
            The program's output comes out here and its exit code is passed on. Ctrl-C interrupts the program; pressed again \
            it ends the lease; pressed once more it leaves without waiting. A lost connection ends nothing: carrel attach ID.

            Examples:
              carrel run -- python train.py
              carrel run --gpus a100:2 --time 2h -- torchrun --nproc-per-node 2 train.py
              carrel run --gpus 0 --cpus 4 -- make -j4
              carrel run --env torch -- python train.py
              carrel run --fit 'llama-3.1-8b --method lora --batch 4' -- python train.py
              carrel run --data imagenet -- python train.py /dev/data/imagenet
              carrel run --tty -- python3
              carrel run --requeue --warn-signal USR1 --warn-before 5m -- python train.py

            Exit codes of Carrel's own: 118 not known how it ended, 119 never fits, 120 node lost, 121 expired, 122 idle, 123 preempted or drained.
            """)

    @OptionGroup package var lease: LeaseOptions
    @OptionGroup package var software: SoftwareOptions
    @OptionGroup package var sets: DataOptions

    @Option(help: "What lists show; the program's name unless given.")
    package var name: String?

    @Option(
        help: "Send the program this signal when its end is announced: USR1, TERM, 10. One that it does not take ends it.")
    var warnSignal: String?

    @Option(parsing: .unconditional, help: "With --warn-signal: also so long before its time is over: 5m.")
    var warnBefore: String?

    @Flag(
        help:
            "Wait again, at most 10 times, if the GPU is taken back, the node is lost or the GPU fails; standard input stays empty."
    )
    var requeue = false

    @Flag(help: "A minute on the cheapest free device first (CARREL_TRIAL=1 is set), to catch errors before the long wait.")
    package var trial = false

    @Flag(help: "Run it on a terminal: keys go to it as they are pressed, and it may draw on the whole screen.")
    package var tty = false

    @Option(
        parsing: .unconditional,
        help:
            "The program listens for browsers on this port of 127.0.0.1, in a network of its own that reaches nothing outside; carrel open ID enters."
    )
    var port: Int?

    @Flag(name: .shortAndLong, help: "Print the request's number and leave; carrel attach comes back.")
    package var detach = false

    @Flag(help: "Don't pass standard input on.")
    package var noInput = false

    @Flag(name: .shortAndLong, help: "Say each step, also when standard error is no terminal; a wait is always said.")
    package var verbose = false

    @Flag(help: "With --detach: the request as JSON.")
    package var json = false

    @OptionGroup package var server: ServerOptions

    @Argument(parsing: .captureForPassthrough, help: "The program and its arguments, after --.")
    package var command: [String] = []

    package init() {}

    package mutating func run() async throws {
        let words = try program()
        if tty, !detach { try RawTerminal.require(for: "--tty") }
        let request = try newRequest(words)
        let talks = verbose || Terminal.errorIsTerminal
        try await Exit.with(server) { client in
            if trial { try await TrialRun.run(request, in: lease.folder, client) }
            let view = try await client.submit(request, in: lease.folder)
            if detach {
                try OutputOptions.showRequest(view, json: json)
                return
            }
            if tty { return try await TerminalFollower.run(client, view.id, isNew: true) }
            let end = try await WorkFollower(
                client, view.id, isTalkative: talks, isKnown: true, timeIsDefault: lease.time == nil && lease.profile == nil
            )
            .follow(
                sendInput: request.takesInput ?? false)
            try Self.leave(try await Self.followOn(end, client, isTalkative: talks))
        }
    }

    /// Goes on with the request that waits again, and the one after it.
    static func followOn(
        _ first: RequestView, _ client: CheckoutClient, isTalkative: Bool
    ) async throws(ClientError) -> RequestView {
        var end = first
        while let next = end.requeuedAs {
            Exit.say(end.words)
            end = try await WorkFollower(client, next, isTalkative: isTalkative, isKnown: true, timeIsDefault: false)
                .follow(sendInput: false)
        }
        return end
    }

    /// Ends with the work's code; anything but its own end is said in words.
    static func leave(_ end: RequestView) throws {
        if needsWords(end) { Exit.say(end.words) }
        if let code = end.exitCode, code != 0 { throw ExitCode(code) }
    }

    static func needsWords(_ end: RequestView) -> Bool { end.endedBy != "finished" || (end.exitCode ?? 0) > 128 }

    package mutating func validate() throws {
        try GivenValue.check(warnBefore, of: "--warn-before", example: "5m")
        try GivenValue.check(warnSignal, of: "--warn-signal", example: "USR1")
        if warnBefore != nil, warnSignal == nil {
            throw ValidationError("--warn-before says when --warn-signal comes; say which: --warn-signal USR1.")
        }
        if requeue, lease.reservation != nil {
            throw ValidationError("--requeue and --reservation: what runs under a reservation does not wait again after it.")
        }
        if port != nil, tty || requeue {
            throw ValidationError(
                "--port goes with neither --tty nor --requeue: the program is entered through the browser.")
        }
        if let port, !(1...65_535).contains(port) {
            throw ValidationError("--port \(port): ports go from 1 to 65535.")
        }
        if tty, requeue || noInput {
            throw ValidationError(
                "--tty goes with neither --requeue nor --no-input: a terminal is for somebody who sits at it.")
        }
        if trial, tty || port != nil {
            throw ValidationError("--trial goes with neither --tty nor --port: it runs the program with nobody at it.")
        }
        _ = try program()
        if json && !detach {
            throw ValidationError("--json goes with --detach; carrel show ID --json tells about the work.")
        }
    }

    private func program() throws -> [String] {
        var words = command
        if words.first == "--" {
            words.removeFirst()
        } else if let first = words.first, ["-h", "--help"].contains(first) {
            throw CleanExit.helpRequest(Self.self)
        } else if let first = words.first, first.hasPrefix("-") {
            throw ValidationError(
                "Unknown option '\(first)'.\(Self.suggestion(first)) The program comes after `--`: carrel run [options] -- PROGRAM"
            )
        }
        guard !words.isEmpty else {
            throw ValidationError("There is no program to run. Example: carrel run -- python train.py")
        }
        return words
    }

    private static func suggestion(_ option: String) -> String {
        let known = [
            "gpus", "time", "cpus", "memory", "reservation", "name", "detach", "no-input", "verbose", "json", "data-dir",
            "warn-signal", "warn-before", "requeue", "tty", "port", "env", "profile", "data", "folder", "trial", "fit",
        ]
        let given = option.drop { $0 == "-" }.prefix { $0 != "=" }
        guard let nearest = Likeness.nearest(to: String(given), in: known).first else { return "" }
        return " Did you mean '--\(nearest)'?"
    }

    private func newRequest(_ words: [String]) throws -> NewRequest {
        let here = try WorkHere(onTerminal: tty)
        var request = NewRequest(
            name: name, command: words, directory: here.directory, environment: here.environment,
            gpus: lease.gpus, cpus: lease.cpus, memory: lease.memory, time: lease.time,
            takesInput: !tty && !detach && !noInput && !requeue && Self.hasInput, reservation: lease.reservation)
        if tty {
            let size = RawTerminal.size
            request.terminal = TerminalWish(rows: size.rows, columns: size.columns)
        }
        request.profile = lease.profile
        request.forecast = try lease.forecast()
        if let port { request.session = SessionWish(kind: "web", port: port) }
        request.warnSignal = warnSignal
        request.warnBefore = warnBefore
        request.requeue = requeue ? true : nil
        software.add(to: &request)
        sets.add(to: &request)
        return request
    }

    /// Standard input is there and is not /dev/null.
    private static var hasInput: Bool {
        var input = stat(), null = stat()
        guard fstat(0, &input) == 0 else { return false }
        return stat("/dev/null", &null) != 0 || input.st_rdev != null.st_rdev || input.st_mode & S_IFMT != S_IFCHR
    }
}
