import CLinux
import EngineInterface
import FleetModel
import Glibc

/// A launch whose user and folder are being looked up.
final class PendingLaunch {
    let order: LaunchOrder
    var askers: [UInt64]
    /// The loop's list has it, and what it found with it.
    weak var lookout: Lookout?

    /// How often places that don't answer, or crash whoever asks, are asked before the user reads that they do.
    static let mostTries = 3

    init(_ order: LaunchOrder, _ id: UInt64) {
        self.order = order
        askers = [id]
    }
}

extension LauncherLoop {
    /// Takes an attempt in, durably, and starts making its sandbox; answers when it is known, come what may.
    func launch(_ order: LaunchOrder, replyTo id: UInt64) {
        let key = order.attempt
        if attempts[key] != nil { return reply(id, .done) }
        if Files.exists("\(data.place.logsFolder)/\(key.lease)/\(key.number)") { return reply(id, .alreadyOver) }
        if let launch = launches[key] { return launch.askers.append(id) }
        let launch = PendingLaunch(order, id)
        do throws(LaunchFailure) { try LaunchPlan.check(order) } catch { return answer(launch, refuse(order, error)) }
        do {
            let configuration = configuration, service = service, place = data.place
            launches[key] = launch
            launch.lookout = try lookOut { output in
                LaunchScout.look(order, configuration, service, place, output: output)
            } finished: { [weak self] outcome, lookout in
                self?.scoutReturned(launch, outcome, lookout)
            }
        } catch {
            answer(launch, Answer(error))
        }
    }

    private func scoutReturned(_ launch: PendingLaunch, _ outcome: Lookout.Outcome, _ lookout: Lookout) {
        let order = launch.order
        do throws(LaunchScout.Trouble) {
            answer(launch, takeIn(order, try LaunchScout.judge(outcome, lookout, order)))
        } catch {
            switch error {
            case .failure(let failure): answer(launch, refuse(order, failure))
            case .exhausted(let text): answer(launch, .exhausted(text))
            case .late(let text), .crashed(let text):
                let count = (lateLaunches[order.attempt] ?? 0) + 1
                lateLaunches[order.attempt] = count
                guard count >= PendingLaunch.mostTries else { return answer(launch, .failed(text)) }
                answer(launch, refuse(order, .sandbox(detail: "\(text) (tried \(count) times)")))
            }
        }
    }

    private func answer(_ launch: PendingLaunch, _ answer: Answer) {
        let key = launch.order.attempt
        launches[key] = nil
        if attempts[key] != nil { lateLaunches[key] = nil }
        for id in launch.askers { reply(id, answer) }
    }

    /// Whoever wants it stopped before it was known: it is not launched. Nothing has begun.
    func cancelLaunch(_ key: AttemptKey) {
        guard let launch = launches[key] else { return }
        if let lookout = launch.lookout, drop(lookout) { lookout.end() }
        lateLaunches[key] = nil
        answer(launch, .failed("attempt \(key) was stopped before it was launched"))
    }

    /// Known and over at once: the user is to read why.
    private func refuse(_ order: LaunchOrder, _ failure: LaunchFailure) -> Answer {
        create(order) { folder throws(SystemFailure) in
            try folder.create(
                AttemptFolder.Spec(order: order, identity: nil, limits: []), outputOwner: nil, from: takeSpare())
            try folder.write(failure)
            try folder.sync()
            return LiveAttempt(
                key: order.attempt, folder: folder, groups: [], devices: order.devices.map(\.key), stage: .over,
                phase: .ended(.launchFailed(because: failure)))
        }
    }

    private func takeIn(_ order: LaunchOrder, _ found: LaunchScout.Findings) -> Answer {
        let copies = DataCopies(place: data.place), plan: LaunchPlan
        for data in found.data {
            guard copies.isThere(data) else { return .exhausted("the copy of the data set \(data.name) is being exchanged") }
            // Whoever asks next has it copied again.
            if case .stale(let old) = data.copy { copies.withdraw(data.name, only: old) }
        }
        do throws(LaunchFailure) { plan = try LaunchPlan(order, found, self) } catch { return refuse(order, error) }
        let limits = groups.folders(for: order.attempt)
        if groups.areLost {
            let detail =
                "the control group that work runs in is gone, since the unit that held it has ended "
                + "(carrel-work.service, where Carrel was installed as a package)"
            trouble = .system(detail: detail)
            return .failed(detail)
        }
        return create(order) { folder throws(SystemFailure) in
            let used = plan.data.compactMap { data in data.copyName.map { copies.path(data.name, $0) } }
            try folder.create(
                AttemptFolder.Spec(order: order, identity: plan.identity, limits: limits, copies: used),
                outputOwner: plan.identity, from: takeSpare())
            do throws(SystemFailure) {
                let attempt = try start(order, folder, plan, limits)
                (attempt.copies, attempt.copying) = (used, order.work.copying)
                for data in plan.data where data.copyName != nil { copies.markUsed(data.name) }
                // While bubblewrap is at work. Nothing begins before the byte that the loop writes later, and where
                // this fails that byte is never written.
                try folder.sync()
                return attempt
            } catch {
                emptyGroups += ControlGroups.remove(limits)
                throw error
            }
        }
    }

    private func create(
        _ order: LaunchOrder, _ body: (AttemptFolder) throws(SystemFailure) -> LiveAttempt
    ) -> Answer {
        let key = order.attempt, folder = AttemptFolder(path: path(of: key))
        guard folder.isClearable else { return .failed("there is a folder \(folder.path) already") }
        do throws(SystemFailure) {
            // What a launch left that failed when nothing could be deleted.
            Files.deleteFolder(folder.path)
            let attempt = try body(folder)
            attempts[key] = attempt
            send(.changed([attempt.status], gone: []))
            makeSpareLater()
            return .done
        } catch {
            Files.deleteFolder(folder.path)
            rmdir(folder.path.parentFolder)
            return Answer(error)
        }
    }

    private func start(
        _ order: LaunchOrder, _ folder: AttemptFolder, _ plan: LaunchPlan, _ limits: [String]
    ) throws(SystemFailure) -> LiveAttempt {
        var arguments = SandboxArguments(
            data: data.place, initPath: sandbox.initPath, mayChangeUser: plan.identity.mustDrop,
            workUID: plan.identity.uid)
        arguments.nodes = try nodes(plan, folder)
        arguments.progress = folder.file(.progress)
        arguments.door = order.work.door
        try plan.software?.prepare(for: plan.identity, readableTo: service)
        arguments.software = plan.software
        try showData(order, plan, &arguments)
        arguments.kept = plan.folders.all
        if order.work.command.first == EnvironmentPlace.program { arguments.program = sandbox.carrelPath }
        if SandboxArguments.privatePlace(of: plan.directory) != nil {
            let descriptor = sandbox.bindsDescriptors ? SandboxDescriptor.directory : nil
            arguments.boundDirectory = (plan.directory, descriptor?.rawValue)
        }
        let entrances = try groups.create(
            for: order.attempt,
            ControlGroups.Limits(
                cores: order.cores, memory: order.memory, processes: configuration.processLimit,
                devices: plan.nodes.map { (linux_device_major($0.number), linux_device_minor($0.number)) }))
        let list = try InitSpec.memoryFile(arguments.list.flatMap { Array($0.utf8) + [0] })
        let spec = try InitSpec.memoryFile(InitSpec.bytes(for: order, plan))
        let go = try Descriptor.pipe(), info = try Descriptor.pipe()
        let lock = try folder.open(.lock, O_RDWR)
        _ = try checked(linux_lock(lock.number), "lock \(folder.file(.lock))")
        let place = try Descriptor.open(folder.path, O_RDONLY | O_DIRECTORY)
        let attach = Descriptor(
            try checked(
                linux_listen_in(place.number, AttemptFolder.File.attach.rawValue, 0o600), "listen in \(folder.path)"))
        let nothing = try Descriptor.open("/dev/null", O_RDWR)
        let placed: [(SandboxDescriptor, Descriptor)] = [
            (.standardInput, nothing), (.standardOutput, nothing),
            (.standardError, try folder.open(.sandboxLog, O_WRONLY | O_APPEND)), (.lock, lock),
            (.began, try folder.open(.began, O_WRONLY)), (.exit, try folder.open(.exit, O_WRONLY)),
            (.out, try folder.open(folder.readable.out, O_WRONLY | O_APPEND)),
            (.err, try folder.open(.err, O_WRONLY | O_APPEND)),
            (.attach, attach), (.go, go.read), (.spec, spec), (.arguments, list), (.info, info.write),
            // Held open there too: a launcher that dies must not break the pipe that bubblewrap writes into.
            (.infoReader, info.read), (.status, try folder.open(.sandboxStatus, O_WRONLY | O_APPEND)),
            (.directory, plan.openDirectory),
        ]
        let command = [
            sandbox.path, "--args", SandboxDescriptor.arguments.text, "--info-fd", SandboxDescriptor.info.text,
            "--json-status-fd", SandboxDescriptor.status.text, "--", SandboxArguments.initDestination, "attempt",
        ]
        var descriptors = placed.map { linux_descriptor(from: $0.1.number, to: $0.0.rawValue) }
        for (place, set) in plan.data.enumerated() {
            descriptors.append(
                linux_descriptor(from: set.folder.number, to: SandboxDescriptor.firstData + Int32(place)))
        }
        // An optimised build lets arrays go after their last use, and this one holds the only references.
        let monitor = withExtendedLifetime((placed, plan.data)) {
            withCStrings(command) { words in
                entrances.use { linux_spawn_detached(sandbox.path, words, descriptors, descriptors.count, $0) }
            }
        }
        _ = try checked(monitor, "start \(sandbox.path)")
        info.read.setNonBlocking()
        let parked = LiveAttempt.Parked(info: info.read, go: go.write, since: now)
        return LiveAttempt(
            key: order.attempt, folder: folder, groups: limits, devices: order.devices.map(\.key), stage: .parked(parked),
            phase: .preparing)
    }

    /// The nodes to show. Under root a leased one is a node of the attempt's own, so that the machine's can belong to
    /// root alone.
    private func nodes(_ plan: LaunchPlan, _ folder: AttemptFolder) throws(SystemFailure) -> [(String, String)] {
        var list: [(String, String)] = []
        for node in plan.nodes {
            let name = node.path.dropFirst(configuration.deviceFolder.utf8.count)
            guard node.isLeased, plan.identity.mustDrop else {
                list.append((node.path, "/dev\(name)"))
                continue
            }
            let place = folder.file(.devices)
            try Files.makeFolder(place)
            let file = String(name.split(separator: "/").last ?? "device")
            let open = try Descriptor.open(place, O_RDONLY | O_DIRECTORY)
            let major = linux_device_major(node.number), minor = linux_device_minor(node.number)
            _ = try checked(
                linux_make_device(open.number, file, false, major, minor, plan.identity.uid), "make \(place)/\(file)")
            list.append(("\(place)/\(file)", "/dev\(name)"))
        }
        return list
    }
}

/// The numbers that descriptors have in bubblewrap and carrel-init; frozen, see `carrel-init/init.h`.
enum SandboxDescriptor: Int32 {
    case standardInput, standardOutput, standardError
    case lock, began, exit, out, err, attach, go, spec
    case arguments, info, status, infoReader, directory

    /// The first of those of data sets; `carrel-init` closes them.
    static let firstData = directory.rawValue + 1

    var text: String { "\(rawValue)" }
}
