@testable import DeviceInventory
import FleetModel
import Testing

/// Control groups as different systems show them, on a machine of 8 processors and 64 GiB.
@Suite struct ControlGroupTests {
    private static let second = "35 24 0:30 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"
    private static let first =
        "31 23 0:27 / /sys/fs/cgroup/cpu,cpuacct rw shared:10 - cgroup cgroup rw,cpu,cpuacct\n"
        + "32 23 0:28 / /sys/fs/cgroup/memory rw shared:11 - cgroup cgroup rw,memory\n"
    private static let noise =
        "22 1 254:1 / / rw,relatime - ext4 /dev/root rw\n23 22 0:21 / /proc rw shared:5 - proc proc rw\n"

    private func read(mounts: String, groups: String, _ files: [String: String]) throws -> MachineFacts {
        let scratch = try system(mounts: mounts, groups: groups, files)
        return try MachineFacts.read(root: scratch.path)
    }

    private func system(mounts: String, groups: String, _ files: [String: String]) throws -> Scratch {
        let scratch = try Scratch()
        try scratch.write("proc/sys/kernel/hostname", "box\n")
        try scratch.write("proc/sys/kernel/random/boot_id", "b\n")
        try scratch.write("proc/meminfo", "MemTotal: 67108864 kB\n")
        try scratch.write("proc/self/status", "Cpus_allowed_list:\t0-7\n")
        try scratch.write("proc/self/mountinfo", Self.noise + mounts)
        try scratch.write("proc/self/cgroup", groups)
        for (name, text) in files { try scratch.write("sys/fs/cgroup/\(name)", text + "\n") }
        return scratch
    }

    @Test func secondVersionLimits() throws {
        let facts = try read(
            mounts: Self.second, groups: "0::/system.slice/carrel.service\n",
            [
                "system.slice/carrel.service/cpu.max": "150000 100000",
                "system.slice/carrel.service/memory.max": "8589934592",
                "system.slice/cpu.max": "max 100000", "system.slice/memory.max": "max",
            ])
        #expect(facts.cores == MilliCores(1_500))
        #expect(facts.memory == .gibibytes(8))
    }

    @Test func aGroupAboveMayLimitMore() throws {
        let facts = try read(
            mounts: Self.second, groups: "0::/a/b/c\n",
            [
                "a/b/c/cpu.max": "400000 100000", "a/b/cpu.max": "max 100000", "a/cpu.max": "50000 25000",
                "a/b/c/memory.max": "max", "a/b/memory.max": "1073741824", "a/memory.max": "2147483648",
            ])
        #expect(facts.cores == .cores(2))
        #expect(facts.memory == .gibibytes(1))
    }

    @Test func firstVersionLimits() throws {
        let facts = try read(
            mounts: Self.first, groups: "4:memory:/jobs/7\n2:cpu,cpuacct:/jobs/7\n1:name=systemd:/jobs\n",
            [
                "cpu,cpuacct/jobs/7/cpu.cfs_quota_us": "250000", "cpu,cpuacct/jobs/7/cpu.cfs_period_us": "100000",
                "cpu,cpuacct/jobs/cpu.cfs_quota_us": "-1", "cpu,cpuacct/jobs/cpu.cfs_period_us": "100000",
                "memory/jobs/7/memory.limit_in_bytes": "17179869184",
                "memory/jobs/memory.limit_in_bytes": "9223372036854771712",
            ])
        #expect(facts.cores == MilliCores(2_500))
        #expect(facts.memory == .gibibytes(16))
    }

    @Test(arguments: ["9223372036854771712", "9223372036854710272", "9223372036854775807"])
    func firstVersionsUnlimitedIsNoLimit(bytes: String) throws {
        let scratch = try system(
            mounts: Self.first, groups: "4:memory:/\n2:cpu,cpuacct:/\n",
            [
                "memory/memory.limit_in_bytes": bytes, "cpu,cpuacct/cpu.cfs_quota_us": "-1",
                "cpu,cpuacct/cpu.cfs_period_us": "100000",
            ])
        #expect(ControlGroupLimits.read(root: scratch.path) == ControlGroupLimits())
        #expect(try MachineFacts.read(root: scratch.path).memory == .gibibytes(64))
    }

    @Test func hybridSystemsLimitByTheFirstVersion() throws {
        let facts = try read(
            mounts: Self.first + Self.second.replacing(" /sys/fs/cgroup ", with: " /sys/fs/cgroup/unified "),
            groups: "4:memory:/me\n2:cpu,cpuacct:/me\n0::/\n",
            [
                "memory/me/memory.limit_in_bytes": "4294967296", "cpu,cpuacct/me/cpu.cfs_quota_us": "100000",
                "cpu,cpuacct/me/cpu.cfs_period_us": "100000", "unified/cgroup.procs": "1",
            ])
        #expect(facts.cores == .cores(1))
        #expect(facts.memory == .gibibytes(4))
    }

    @Test func inAContainerTheMountPointMayBeTheGroup() throws {
        let mounts = Self.second.replacing(" / /sys", with: " /docker/abc /sys")
        let files = ["cpu.max": "300000 100000", "memory.max": "3221225472", "run/memory.max": "2147483648"]
        let whole = try read(mounts: mounts, groups: "0::/docker/abc\n", files)
        #expect(whole.cores == .cores(3))
        #expect(whole.memory == .gibibytes(3))
        let part = try read(mounts: mounts, groups: "0::/docker/abc/run\n", files)
        #expect(part.memory == .gibibytes(2))
        let elsewhere = try read(mounts: mounts, groups: "0::/../other\n", files)
        #expect(elsewhere.memory == .gibibytes(3))
    }

    @Test func limitsAboveTheMachinesOwnDoNotAddToIt() throws {
        let facts = try read(
            mounts: Self.second, groups: "0::/x\n", ["x/cpu.max": "6400000 100000", "x/memory.max": "1099511627776"])
        #expect(facts.cores == .cores(8))
        #expect(facts.memory == .gibibytes(64))
    }

    @Test func filesThatMakeNoSenseLimitNothing() throws {
        let facts = try read(
            mounts: Self.second + "garbage\n", groups: "0::/x\nno colons\n",
            ["x/cpu.max": "0 0", "x/memory.max": "-5"])
        #expect(facts.cores == .cores(8))
        #expect(facts.memory == .gibibytes(64))
    }
}
