import Glibc

/// The honest grade, from what is in force.
struct SandboxGrade {
    let grade: SandboxReport.Grade
    let reasons: [String]

    struct Facts {
        var isRoot: Bool
        /// Root's work runs as root, which is not kept from what root owns.
        var runsRootWork = false
        var hasDeviceFilter: Bool
        var sandboxWorks: Bool
        var findings: [String]
        /// Real device nodes on this machine that others than root may open.
        var openNodes: [String]
        /// NVIDIA's driver puts the rights of its nodes back by itself.
        var driverResetsRights: Bool
        var hasLimits: Bool
    }

    init(_ facts: Facts) {
        var reasons: [String] = []
        guard facts.sandboxWorks, facts.findings.isEmpty else {
            grade = .advisory
            let found = facts.findings.isEmpty ? ["The sandbox could not be started."] : facts.findings
            self.reasons = found + ["No work can be started until this is mended."]
            return
        }
        if !facts.isRoot {
            reasons.append(
                "Carrel does not run as root: all work runs as one Unix user, which suits one person or a team whose "
                    + "members trust one another.")
        }
        if facts.isRoot && facts.runsRootWork {
            reasons.append("What root asks for runs as root (--allow-root-work): it can change what root owns.")
        }
        if facts.isRoot && !facts.hasDeviceFilter {
            reasons.append("There is no device filter in the control groups of this machine.")
        }
        if !facts.openNodes.isEmpty {
            reasons.append(
                "Users of this machine can open \(facts.openNodes.joined(separator: ", ")) outside Carrel: set their "
                    + "mode to 0600.")
        }
        if facts.driverResetsRights {
            reasons.append(
                "NVIDIA's driver sets the rights of its nodes back by itself: load it with NVreg_ModifyDeviceFiles=0.")
        }
        if !facts.hasLimits {
            reasons.append("Cores and memory are not limited: no writable control group has been found.")
        }
        self.reasons = reasons
        grade = reasons.isEmpty ? .enforced : .contained
    }

    /// The nodes of real devices that anybody may open.
    static func openNodes(in folder: String) -> [String] {
        let names = Files.names(in: folder).filter { name in
            name.hasPrefix("nvidia") && name.dropFirst(6).allSatisfy(\.isNumber) && name.count > 6
        }
        return names.map { "\(folder)/\($0)" }.filter { (Files.status($0)?.st_mode ?? 0) & 0o066 != 0 }
    }

    static func driverResetsRights() -> Bool {
        guard let text = Files.text("/proc/driver/nvidia/params") else { return false }
        return !text.split(separator: "\n").contains("ModifyDeviceFiles: 0")
    }
}
