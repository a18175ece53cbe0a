import CLinux
import Glibc

extension ControlGroups {
    /// Where the trees are mounted, and which group of each this process is in.
    struct Surroundings {
        /// As `/proc/self/cgroup` has it.
        let membership: String
        /// As `/proc/self/mountinfo` has it.
        let mounts: String
        let isRoot: Bool
        let ownPID: Int32

        static func current() -> Surroundings {
            Surroundings(
                membership: Files.text("/proc/self/cgroup") ?? "", mounts: Files.text("/proc/self/mountinfo") ?? "",
                isRoot: geteuid() == 0, ownPID: getpid())
        }

        /// The mount points of a kind of tree, and what they show of it.
        struct Mount {
            let root: String
            let point: String
            let options: [Substring]
        }

        func mounts(of type: String) -> [Mount] {
            mounts.split(separator: "\n").compactMap { line in
                // `36 35 98:0 /root /point rw,noatime shared:1 - ext4 /dev/root rw,errors=continue`
                guard let dash = line.firstRange(of: " - ") else { return nil }
                let left = line[..<dash.lowerBound].split(separator: " ")
                let right = line[dash.upperBound...].split(separator: " ")
                guard left.count >= 5, right.count >= 3, right[0] == type else { return nil }
                return Mount(root: String(left[3]), point: String(left[4]), options: right[2].split(separator: ","))
            }
        }

        /// `3:cpu,cpuacct:/user.slice` → `/user.slice`. Version 2 has no controllers' names: pass an empty one.
        func path(of controller: String) -> String? {
            for line in membership.split(separator: "\n") {
                let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
                guard parts.count == 3 else { continue }
                if parts[1].isEmpty ? controller.isEmpty : parts[1].split(separator: ",").contains(controller[...]) {
                    return String(parts[2])
                }
            }
            return nil
        }

        /// Where this process's own group is to be seen.
        func folder(of controller: String, in mount: Mount) -> String? {
            guard let path = path(of: controller) else { return nil }
            if mount.root == "/" { return path == "/" ? mount.point : mount.point + path }
            return path.isWithin(mount.root) ? mount.point + path.dropFirst(mount.root.utf8.count) : mount.point
        }
    }

    /// Finds what can be used and makes the parent groups, `mark` by name. A tree counts only when a group could
    /// really be made in it.
    /// - Parameter delegated: the group of version 2 to make them in, and no other one.
    static func detect(
        mark: String, delegated: String? = nil, _ around: Surroundings = .current()
    ) -> ControlGroups {
        if let unified = detectUnified(mark, delegated, around) { return unified }
        let parents = Controller.allCases.compactMap { controller in
            legacyParent(controller, mark, around).map { (controller: controller, folder: $0) }
        }
        return parents.isEmpty ? .none : ControlGroups(kind: .legacy, parents: parents)
    }

    private static func legacyParent(_ controller: Controller, _ mark: String, _ around: Surroundings) -> String? {
        // Only root may filter devices, and only then does it mean anything.
        if controller == .devices && !around.isRoot { return nil }
        for mount in around.mounts(of: "cgroup") where mount.options.contains(controller.rawValue[...]) {
            guard let own = around.folder(of: controller.rawValue, in: mount) else { continue }
            let folder = "\(own)/\(mark)"
            if (try? Files.makeFolder(folder, mode: 0o755)) != nil, access("\(folder)/cgroup.procs", W_OK) == 0 {
                return folder
            }
        }
        return nil
    }

    private static func detectUnified(_ mark: String, _ delegated: String?, _ around: Surroundings) -> ControlGroups? {
        for mount in around.mounts(of: "cgroup2") {
            // Work in the service's own group would be in the way of the service's next start: systemd puts nobody into
            // a group that hands controllers down.
            if let delegated {
                if let found = enable(in: mount.point + delegated, mark, isRoot: around.isRoot) { return found }
                continue
            }
            guard let own = around.folder(of: "", in: mount) else { continue }
            if let found = useOwn(own, mark, around) { return found }
            // A tree of our own at the top: only root may, and the top may hold processes beside groups.
            if around.isRoot, let found = enable(in: mount.point, mark, isRoot: true) { return found }
        }
        return nil
    }

    /// A group that was delegated to us and holds nothing but us: we step into a group inside, since a group with
    /// processes can't hand controllers down.
    private static func useOwn(_ own: String, _ mark: String, _ around: Surroundings) -> ControlGroups? {
        let members = ControlGroups.members(of: [own])
        if members == [around.ownPID] {
            let inner = "\(own)/carrel-launcher"
            guard hasControllers(own), (try? Files.makeFolder(inner, mode: 0o755)) != nil,
                (try? Files.poke("\(inner)/cgroup.procs", "0")) != nil
            else { return nil }
        } else if !members.isEmpty {
            return nil
        }
        return enable(in: own, mark, isRoot: around.isRoot)
    }

    private static func enable(in folder: String, _ mark: String, isRoot: Bool) -> ControlGroups? {
        guard hasControllers(folder), (try? Files.poke("\(folder)/cgroup.subtree_control", ControlGroups.handedDown)) != nil
        else { return nil }
        let parent = "\(folder)/\(mark)"
        guard (try? Files.makeFolder(parent, mode: 0o755)) != nil,
            (try? Files.poke("\(parent)/cgroup.subtree_control", ControlGroups.handedDown)) != nil
        else { return nil }
        var controllers = [Controller.cpu, .memory, .pids]
        if isRoot && canFilterDevices { controllers.append(.devices) }
        return ControlGroups(kind: .unified, parents: controllers.map { ($0, parent) })
    }

    /// Version 2 has no files for devices, but takes a filter program, from root.
    private static var canFilterDevices: Bool {
        let filter = linux_device_filter_load([], 0)
        if filter >= 0 { close(filter) }
        return filter >= 0
    }

    private static func hasControllers(_ folder: String) -> Bool {
        let words = (Files.text("\(folder)/cgroup.controllers") ?? "").split { $0 == " " || $0 == "\n" }
        return ["cpu", "memory", "pids"].allSatisfy { words.contains($0[...]) }
    }
}
