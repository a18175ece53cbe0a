@testable import DeviceInventory
import Testing

@Suite struct KernelLogLineTests {
    @Test(
        arguments: [
            ("NVRM: Xid (PCI:0000:3b:00): 79, pid=4711, name=python, GPU has fallen off the bus.", 79, nil, 4_711, "python"),
            ("NVRM: Xid (PCI:0000:3b:00): 79, GPU has fallen off the bus.", 79, nil, nil, nil),
            ("NVRM: Xid (PCI:0000:3b:00): 119, pid='<unknown>', name=<unknown>, Timeout", 119, nil, nil, nil),
            ("NVRM: Xid (PCI:0000:3B:00.0): 13, pid=1, Graphics Exception", 13, nil, 1, nil),
            ("NVRM: Xid (PCI:00000000:3b:00): 48", 48, nil, nil, nil),
            ("NVRM: Xid (PCI:0000:3b:00 GPU-I:05): 94, pid=9, name=my job, Contained", 94, 5, 9, "my job"),
            ("NVRM: Xid (PCI:0000:3b:00 GPU-I:13 GPU-CI:01): 43, pid=9, name=x, Ch 1", 43, 13, 9, "x"),
            ("[  12.3] NVRM: Xid (PCI:0000:3b:00): 154, GPU recovery action changed", 154, nil, nil, nil),
        ] as [(String, Int, UInt32?, Int32?, String?)])
    func readsEveryForm(line: String, xid: Int, instance: UInt32?, pid: Int32?, command: String?) throws {
        let read = try #require(KernelLogLine(line))
        #expect(read.address == "0000:3b:00.0")
        #expect(read.xid == xid)
        #expect(read.gpuInstance == instance)
        #expect(read.pid == pid)
        #expect(read.command == command)
    }

    @Test(arguments: [
        "", "NVRM: GPU 0000:3b:00.0: GPU has fallen off the bus.", "NVRM: Xid (PCI:0000:3b:00", "NVRM: Xid (PCI:): 79",
        "NVRM: Xid (PCI:0000:3b:00): ", "NVRM: Xid (PCI:zz:3b:00): 79", "NVRM: Xid (0000:3b:00): 79",
        "NVRM: Xid (PCI:0000:3b:00): 99999999999999999999, x", "nvidia-nvswitch0: SXid (PCI:0000:c3:00.0): 12028, Non-fatal",
    ])
    func takesNothingElseForAnXid(line: String) { #expect(KernelLogLine(line) == nil) }

    @Test func readsRecords() throws {
        let record = try #require(KernelLogRecord("4,1234,5678901,-,caller=T1;NVRM: a; b"))
        #expect(record.sequence == 1_234)
        #expect(record.microseconds == 5_678_901)
        #expect(record.message == "NVRM: a; b")
        for line in [" SUBSYSTEM=pci", "", "4,x,1,-;a", "4,1;a"] { #expect(KernelLogRecord(line[...]) == nil) }
    }

    @Test func cutsLinesHoweverTheyArrive() {
        let text = Array("one\ntwo\n\nthree".utf8)
        for size in 1...text.count {
            var cutter = LineCutter()
            var lines: [String] = []
            for start in stride(from: 0, to: text.count, by: size) {
                let part = cutter.lines(text[start..<min(start + size, text.count)])
                lines += (part ?? []).map { String(decoding: $0, as: UTF8.self) }
            }
            #expect(lines == ["one", "two", ""])
        }
        var cutter = LineCutter()
        let endless = [UInt8](repeating: 65, count: JSONLines.limit + 1)
        #expect(cutter.lines(endless[...]) == nil)
    }
}
