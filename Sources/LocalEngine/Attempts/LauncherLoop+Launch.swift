import CLinux
import EngineInterface
import FleetModel
import Glibc

extension LauncherLoop {
    /// Takes an attempt in, durably, and starts making its sandbox.
    func launch(_ order: LaunchOrder) -> Answer {
        let key = order.attempt
        if attempts[key] != nil || Files.exists("\(data.place.logsFolder)/\(key.lease)/\(key.number)") { return .done }
        let folder = AttemptFolder(path: path(of: key))
        // One that is there and not in the list is not this call's to clear away.
        if Files.exists(folder.path) { return .failed("there is a folder \(folder.path) already") }
        do {
            try takeIn(order, folder)
            return .done
        } catch {
            if attempts[key] == nil {
                Files.deleteFolder(folder.path)
                rmdir(folder.path.parentFolder)
            }
            return error.isStorageFull ? .storageFull(error.text) : .failed(error.text)
        }
    }

    private func takeIn(_ order: LaunchOrder, _ folder: AttemptFolder) throws(SystemFailure) {
        let key = order.attempt
        let plan: LaunchPlan
        do {
            plan = try LaunchPlan(order, self)
        } catch {
            // Known and over at once: the user is to read why.
            try folder.create(AttemptFolder.Spec(order: order, identity: nil, limits: []), outputOwner: nil)
            try folder.write(error)
            try folder.sync()
            let attempt = LiveAttempt(
                key: key, folder: folder, groups: [], stage: .over, phase: .ended(.launchFailed(because: error)))
            attempts[key] = attempt
            send(.changed([attempt.status], gone: []))
            return
        }
        let limits = groups.folders(for: key)
        try folder.create(
            AttemptFolder.Spec(order: order, identity: plan.identity, limits: limits), outputOwner: plan.identity)
        let attempt: LiveAttempt
        do {
            attempt = try start(order, folder, plan, limits)
            // While bubblewrap is at work. Nothing begins before the byte that the loop writes later, and where this
            // fails that byte is never written.
            try folder.sync()
        } catch {
            emptyGroups += ControlGroups.remove(limits)
            throw error
        }
        attempts[key] = attempt
        send(.changed([attempt.status], gone: []))
    }

    private func start(
        _ order: LaunchOrder, _ folder: AttemptFolder, _ plan: LaunchPlan, _ limits: [String]
    ) throws(SystemFailure) -> LiveAttempt {
        var arguments = SandboxArguments(
            data: data.place, initPath: sandbox.initPath, mayChangeUser: plan.identity.mustDrop)
        arguments.nodes = try nodes(plan, folder)
        if SandboxArguments.privatePlace(of: plan.directory) != nil {
            let descriptor = sandbox.bindsDescriptors ? SandboxDescriptor.directory : nil
            arguments.boundDirectory = (plan.directory, descriptor?.rawValue)
        }
        let members = try groups.create(
            for: order.attempt,
            ControlGroups.Limits(
                cores: order.cores, memory: order.memory, processes: configuration.processLimit,
                devices: plan.nodes.map { (linux_device_major($0.number), linux_device_minor($0.number)) }))
        let list = try InitSpec.memoryFile(arguments.list.flatMap { Array($0.utf8) + [0] })
        let spec = try InitSpec.memoryFile(InitSpec.bytes(for: order, directory: plan.directory, plan.identity))
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
            (.out, try folder.open(.out, O_WRONLY | O_APPEND)), (.err, try folder.open(.err, O_WRONLY | O_APPEND)),
            (.attach, attach), (.go, go.read), (.spec, spec), (.arguments, list), (.info, info.write),
            // Held open there too: a launcher that dies must not break the pipe that bubblewrap writes into.
            (.infoReader, info.read), (.status, try folder.open(.sandboxStatus, O_WRONLY | O_APPEND)),
            (.directory, plan.openDirectory),
        ]
        let command = [
            sandbox.path, "--args", SandboxDescriptor.arguments.text, "--info-fd", SandboxDescriptor.info.text,
            "--json-status-fd", SandboxDescriptor.status.text, "--", SandboxArguments.initDestination, "attempt",
        ]
        let descriptors = placed.map { linux_descriptor(from: $0.1.number, to: $0.0.rawValue) }
        let joins = members.map(\.number)
        // An optimised build lets arrays go after their last use, and these hold the only references.
        let monitor = withExtendedLifetime((placed, members)) {
            withCStrings(command) {
                linux_spawn_detached(sandbox.path, $0, descriptors, descriptors.count, joins, joins.count)
            }
        }
        _ = try checked(monitor, "start \(sandbox.path)")
        info.read.setNonBlocking()
        let parked = LiveAttempt.Parked(info: info.read, go: go.write, since: now)
        return LiveAttempt(
            key: order.attempt, folder: folder, groups: limits, stage: .parked(parked), phase: .preparing)
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

    var text: String { "\(rawValue)" }
}
