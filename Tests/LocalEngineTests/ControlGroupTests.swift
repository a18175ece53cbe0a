import FleetModel
import Foundation
import Testing

@testable import LocalEngine

/// The tree of version 2, which not every machine has, as plain folders: the kernel's files are made by hand.
struct ControlGroupTests {
    private struct Tree {
        let top: String

        init() throws {
            top = try Bench.makeFolder(.root)
        }

        func make(_ path: String, _ files: [String: String]) throws {
            try FileManager.default.createDirectory(atPath: "\(top)\(path)", withIntermediateDirectories: true)
            for (name, text) in files { try Data(text.utf8).write(to: URL(filePath: "\(top)\(path)/\(name)")) }
        }

        func text(_ path: String) -> String? { Files.text("\(top)\(path)") }

        func surroundings(_ own: String, isRoot: Bool) -> ControlGroups.Surroundings {
            ControlGroups.Surroundings(
                membership: "0::\(own)\n",
                mounts: "30 20 0:26 / \(top) rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n", isRoot: isRoot,
                ownPID: 4_711)
        }

        func remove() { try? FileManager.default.removeItem(atPath: top) }
    }

    private static let controllers = "cpuset cpu io memory pids\n"

    @Test func aDelegatedGroupThatHoldsNothingButUsIsUsed() throws {
        let tree = try Tree()
        defer { tree.remove() }
        try tree.make(
            "/user/carrel.service",
            ["cgroup.controllers": Self.controllers, "cgroup.procs": "4711\n", "cgroup.subtree_control": ""])
        try tree.make("/user/carrel.service/carrel-launcher", ["cgroup.procs": ""])
        try tree.make("/user/carrel.service/mark", ["cgroup.subtree_control": ""])
        let groups = ControlGroups.detect(mark: "mark", tree.surroundings("/user/carrel.service", isRoot: false))
        #expect(groups.kind == .unified)
        #expect(groups.parents.map(\.folder) == Array(repeating: "\(tree.top)/user/carrel.service/mark", count: 3))
        #expect(tree.text("/user/carrel.service/carrel-launcher/cgroup.procs") == "0")
        #expect(tree.text("/user/carrel.service/cgroup.subtree_control") == "+cpu +memory +pids")
        #expect(tree.text("/user/carrel.service/mark/cgroup.subtree_control") == "+cpu +memory +pids")
    }

    @Test func aGroupThatOthersShareIsLeftAlone() throws {
        let tree = try Tree()
        defer { tree.remove() }
        try tree.make(
            "/session", ["cgroup.controllers": Self.controllers, "cgroup.procs": "1\n4711\n", "cgroup.subtree_control": ""])
        try tree.make("/", ["cgroup.controllers": Self.controllers, "cgroup.subtree_control": ""])
        try tree.make("/mark", ["cgroup.subtree_control": ""])
        let ordinary = ControlGroups.detect(mark: "mark", tree.surroundings("/session", isRoot: false))
        #expect(ordinary.kind == .none)
        #expect(tree.text("/session/cgroup.subtree_control") == "")
        let root = ControlGroups.detect(mark: "mark", tree.surroundings("/session", isRoot: true))
        #expect(root.kind == .unified)
        #expect(root.parents.first?.folder == "\(tree.top)/mark")
        #expect(tree.text("/session/cgroup.subtree_control") == "")
    }

    @Test func aNamedGroupIsUsedAndTheLaunchersOwnIsLeftAlone() throws {
        let tree = try Tree()
        defer { tree.remove() }
        try tree.make(
            "/system/carrel.service",
            ["cgroup.controllers": Self.controllers, "cgroup.procs": "4711\n", "cgroup.subtree_control": ""])
        try tree.make("/system/jobs", ["cgroup.controllers": Self.controllers, "cgroup.subtree_control": ""])
        try tree.make("/system/jobs/mark", ["cgroup.subtree_control": ""])
        let around = tree.surroundings("/system/carrel.service", isRoot: true)
        let groups = ControlGroups.detect(mark: "mark", delegated: "/system/jobs", around)
        #expect(groups.parents.first?.folder == "\(tree.top)/system/jobs/mark")
        #expect(tree.text("/system/jobs/cgroup.subtree_control") == "+cpu +memory +pids")
        #expect(tree.text("/system/carrel.service/cgroup.subtree_control") == "")
        let missing = ControlGroups.detect(mark: "mark", delegated: "/system/nothing", around)
        #expect(missing.kind == .none)
        #expect(tree.text("/system/carrel.service/cgroup.subtree_control") == "")
    }

    @Test func aGroupWhoseUnitHasEndedIsLostAndANewOneIsToldToHandDown() throws {
        let tree = try Tree()
        defer { tree.remove() }
        try tree.make("/held", ["cgroup.controllers": Self.controllers, "cgroup.subtree_control": ""])
        try tree.make("/held/mark", ["cgroup.subtree_control": ""])
        let groups = ControlGroups.detect(
            mark: "mark", delegated: "/held", tree.surroundings("/carrel.service", isRoot: false))
        #expect(groups.kind == .unified && !groups.areLost)
        try FileManager.default.removeItem(atPath: "\(tree.top)/held")
        #expect(groups.areLost)
        try tree.make("/held", ["cgroup.subtree_control": ""])
        #expect(!groups.areLost)
        let limits = ControlGroups.Limits(cores: .zero, memory: .zero, processes: 9, devices: nil)
        // The rest is the kernel's to make.
        _ = try? groups.create(for: AttemptKey(lease: LeaseID(1), number: 1), limits)
        #expect(tree.text("/held/cgroup.subtree_control") == "+cpu +memory +pids")
        #expect(!ControlGroups.none.areLost)
    }

    @Test func aTreeWithoutTheControllersIsNone() throws {
        let tree = try Tree()
        defer { tree.remove() }
        try tree.make("/", ["cgroup.controllers": "hugetlb\n", "cgroup.subtree_control": "", "cgroup.procs": ""])
        #expect(ControlGroups.detect(mark: "mark", tree.surroundings("/", isRoot: true)).kind == .none)
    }

    @Test func limitsAreWrittenInTheKernelsUnits() throws {
        let tree = try Tree()
        defer { tree.remove() }
        let names = ["cpu.max", "memory.max", "memory.swap.max", "pids.max", "cgroup.procs"]
        try tree.make("/mark/7-2", Dictionary(uniqueKeysWithValues: names.map { ($0, "") }))
        let groups = ControlGroups(
            kind: .unified,
            parents: [(.cpu, "\(tree.top)/mark"), (.memory, "\(tree.top)/mark"), (.pids, "\(tree.top)/mark")])
        let key = AttemptKey(lease: LeaseID(7), number: 2)
        let limits = ControlGroups.Limits(
            cores: MilliCores(2_500), memory: MemoryBytes(5_000_000), processes: 99, devices: nil)
        let entrances = try groups.create(for: key, limits)
        #expect(entrances.tasks.isEmpty && entrances.unified != nil)
        #expect(tree.text("/mark/7-2/cpu.max") == "250000 100000")
        #expect(tree.text("/mark/7-2/memory.max") == "5000000")
        #expect(tree.text("/mark/7-2/memory.swap.max") == "0")
        #expect(tree.text("/mark/7-2/pids.max") == "99")
    }

    @Test func withinAContainersNamespaceTheMountsRootIsTakenOff() {
        let around = ControlGroups.Surroundings(
            membership: "4:memory:/docker/abc/inner\n0::/\n",
            mounts: "31 20 0:27 /docker/abc /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n", isRoot: true, ownPID: 1)
        let mount = around.mounts(of: "cgroup")[0]
        #expect(around.folder(of: "memory", in: mount) == "/sys/fs/cgroup/memory/inner")
        #expect(around.path(of: "") == "/")
    }
}
