import DeviceInventory
import FleetModel
import Testing

@Suite struct MachineFactsTests {
    /// A machine of 8 processors and 64 GiB without control groups.
    private func machine(_ files: [String: String] = [:]) throws -> Scratch {
        let scratch = try Scratch()
        let plain = [
            "proc/sys/kernel/hostname": "GPU-Box7.example.org\n",
            "proc/sys/kernel/random/boot_id": "0c2a0a43-6a3f-4f59-9a0f-2d5b5a0d1c11\n",
            "proc/meminfo": "MemTotal:       67108864 kB\nMemFree:        1024 kB\n",
            "proc/self/status": "Name:\tcarrel\nCpus_allowed:\tff\nCpus_allowed_list:\t0-7\nMems_allowed_list:\t0\n",
        ]
        for (name, text) in plain.merging(files, uniquingKeysWith: { $1 }) { try scratch.write(name, text) }
        return scratch
    }

    @Test func readsNameBootProcessorsAndMemory() throws {
        let scratch = try machine()
        let facts = try MachineFacts.read(root: scratch.path)
        let expected = MachineFacts(
            node: NodeName("gpu-box7"), bootID: "0c2a0a43-6a3f-4f59-9a0f-2d5b5a0d1c11", cores: .cores(8),
            memory: .gibibytes(64))
        #expect(facts == expected)
    }

    @Test func readsTheMachineThatTheTestsRunOn() throws {
        let facts = try MachineFacts.read()
        #expect(facts.bootID.count == 36)
        #expect(facts.cores > .zero)
        #expect(facts.memory > .zero)
        #expect(try MachineFacts.read() == facts)
    }

    @Test(arguments: [
        ("0", 1), ("0-3,8", 5), ("0-1,4-5,64-127", 68), ("3,7", 2), ("0-2047", 2_048),
    ])
    func countsTheProcessorsOfTheMask(list: String, count: Int64) throws {
        let scratch = try machine(["proc/self/status": "Cpus_allowed_list:\t\(list)\nMems_allowed:\t1\n"])
        #expect(try MachineFacts.read(root: scratch.path).cores == .cores(count))
    }

    @Test func aSettingNamesTheNode() throws {
        let scratch = try machine()
        #expect(try MachineFacts.read(nodeName: "dgx-3.lab", root: scratch.path).node == NodeName("dgx-3.lab"))
    }

    @Test(arguments: ["", "two words", "Käfig", "a/b", String(repeating: "n", count: 64)])
    func aNameThatCanNotBeUsedIsRefused(name: String) throws {
        let scratch = try machine()
        #expect(throws: MachineFactsError.nodeNameNotUsable(name, longest: 63)) {
            try MachineFacts.read(nodeName: name, root: scratch.path)
        }
    }

    @Test(arguments: ["", "(none)\n", ".\n"])
    func aMachineWithoutNameIsLocalhost(host: String) throws {
        let scratch = try machine(["proc/sys/kernel/hostname": host])
        #expect(try MachineFacts.read(root: scratch.path).node == NodeName("localhost"))
    }

    @Test(arguments: [
        ("proc/sys/kernel/random/boot_id", ""), ("proc/meminfo", "MemFree: 3 kB\n"), ("proc/meminfo", "MemTotal: many\n"),
        ("proc/self/status", "Name:\tcarrel\n"), ("proc/self/status", "Cpus_allowed_list:\t7-3\n"),
    ])
    func whatCanNotBeReadIsNamed(file: String, text: String) throws {
        let scratch = try machine([file: text])
        #expect(throws: MachineFactsError.unreadable(path: "\(scratch.path)/\(file)")) {
            try MachineFacts.read(root: scratch.path)
        }
    }
}
