import CLinux
import FleetModel
import Glibc

extension LauncherLoop {
    /// Answers with what is in force. The first time, a small sandbox is started that tries to get out.
    func sendReport(to id: UInt64) {
        if let report {
            // What was tried stays true; what is in force is looked at anew.
            reply(id, .report(makeReport(true, report.findings)))
            return
        }
        probe { [weak self] works, findings in
            guard let self else { return }
            let report = makeReport(works, findings)
            // What did not work may work when somebody has mended it.
            if works { self.report = report }
            reply(id, .report(report))
        }
    }

    private func probe(_ finished: @escaping (Bool, [String]) -> Void) {
        let identity = geteuid() == 0 ? WorkIdentity.allocated(configuration.allocatedUID + 1) : nil
        let arguments = SandboxArguments(
            data: data.place, initPath: sandbox.initPath, mayChangeUser: identity != nil,
            workUID: identity?.uid ?? geteuid())
        let closed = [data.place.path, data.place.serverFolder] + SandboxArguments.maskedPlaces
        let uid = "\(identity?.uid ?? geteuid())"
        var list = [sandbox.path] + arguments.list
        list += ["--", SandboxArguments.initDestination, "probe", uid, uid] + closed
        do {
            let (ours, theirs) = try Descriptor.socketPair(), nothing = try Descriptor.open("/dev/null", O_RDWR)
            let placed = [
                linux_descriptor(from: nothing.number, to: 0), linux_descriptor(from: theirs.number, to: 1),
                linux_descriptor(from: theirs.number, to: 2),
            ]
            let pid = withExtendedLifetime((nothing, theirs)) {
                withCStrings(list) { words in
                    ControlGroups.Entrances().use { linux_spawn_detached(sandbox.path, words, placed, placed.count, $0) }
                }
            }
            try hear(of: try checked(pid, "start \(sandbox.path)"), ours) { outcome, _ in
                let (works, findings) = Self.judgeProbe(outcome)
                finished(works, findings)
            }
        } catch {
            finished(false, [error.text])
        }
    }

    static func judgeProbe(_ outcome: Lookout.Outcome) -> (works: Bool, findings: [String]) {
        guard case .text(let text) = outcome else { return (false, ["The sandbox did not start in time."]) }
        let lines = text.split(separator: "\n").map(String.init)
        guard lines.last == "probed" else { return (false, lines.isEmpty ? ["The sandbox said nothing."] : lines) }
        return (true, lines.dropLast().map { "From inside the sandbox: \($0)." })
    }

    private func makeReport(_ works: Bool, _ findings: [String]) -> SandboxReport {
        let hasFilter = groups.has(.devices)
        let judged = SandboxGrade(
            SandboxGrade.Facts(
                isRoot: geteuid() == 0, runsRootWork: configuration.allowRootWork, hasDeviceFilter: hasFilter,
                sandboxWorks: works, findings: findings,
                openNodes: SandboxGrade.openNodes(in: configuration.deviceFolder),
                driverResetsRights: SandboxGrade.driverResetsRights(), hasLimits: groups.has(.memory)))
        let limits: SandboxReport.Limits =
            switch groups.kind {
            case .unified: .unified
            case .legacy: .legacy
            case .none: .none
            }
        let closed = geteuid() == 0 && Files.forbidsDevices(data.place.path)
        return SandboxReport(
            grade: judged.grade, reasons: judged.reasons + (closed ? [Files.noDevicesWords(data.place.path) + "."] : []),
            sandboxVersion: sandbox.version,
            initProgram: sandbox.initPath, launcherIsRoot: geteuid() == 0, serviceUID: service.uid,
            userNamespaces: Self.userNamespacesAllowed(), limits: limits,
            limitedResources: groups.parents.map(\.controller.rawValue), deviceFilter: hasFilter, sandboxWorks: works,
            findings: findings, freeBytes: Files.freeBytes(data.place.path))
    }

    private static func userNamespacesAllowed() -> Bool {
        func number(_ path: String) -> Int? { Files.text(path).flatMap { Int($0.filter { $0 != "\n" }) } }
        let closed = number("/proc/sys/kernel/unprivileged_userns_clone") == 0
        let none = number("/proc/sys/user/max_user_namespaces") == 0
        let restricted = number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == 1
        return !closed && !none && !restricted
    }
}
