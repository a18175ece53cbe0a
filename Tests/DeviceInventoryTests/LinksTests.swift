import DeviceInventory
import Testing

@Suite struct LinksTests {
    private func read(_ count: Int, _ links: String, library: StubLibrary = .current) async throws -> [[Int]] {
        let gpus = (0..<count).map { StubMachine.gpu($0) }.joined()
        return try await StubMachine("driver 1\n" + gpus + links, library: library).read().links
    }

    @Test(arguments: [(0, 60), (10, 50), (20, 40), (30, 30), (40, 20), (50, 10)])
    func scoresThePathBetweenTwoDevices(level: Int, score: Int) async throws {
        #expect(try await read(2, "ancestor 0 1 \(level)") == [[0, score], [score, 0]])
    }

    @Test func countsEachNVLinkThatIsUp() async throws {
        let links = """
            ancestor 0 1 40
            ancestor 0 2 50
            ancestor 1 2 50
            gpu 0 nvlink 0 gpu 1
            gpu 0 nvlink 1 gpu 1
            gpu 0 nvlink 2 off gpu 1
            gpu 0 nvlink 3 gpu 2
            gpu 1 nvlink 0 gpu 0
            gpu 1 nvlink 1 gpu 0
            gpu 2 nvlink 0 gpu 0
            """
        let expected = [[0, 220, 110], [220, 0, 10], [110, 10, 0]]
        #expect(try await read(3, links) == expected)
        #expect(try await read(3, links, library: .older) == expected)
    }

    @Test func devicesOnSwitchesReachEachOtherByTheFewerLinks() async throws {
        var links = "ancestor 0 1 40\nancestor 0 2 50\nancestor 1 2 50\n"
        for link in 0..<12 { links += "gpu 0 nvlink \(link) switch\ngpu 1 nvlink \(link) switch\n" }
        for link in 0..<4 { links += "gpu 2 nvlink \(link) switch\n" }
        #expect(try await read(3, links) == [[0, 1_220, 410], [1_220, 0, 410], [410, 410, 0]])
    }

    @Test func aLinkIntoSomethingElseIsNotCounted() async throws {
        let links = "ancestor 0 1 30\ngpu 0 nvlink 0 cpu\ngpu 1 nvlink 0 cpu"
        #expect(try await read(2, links) == [[0, 30], [30, 0]])
    }

    @Test func nothingKnownGivesNoTable() async throws {
        #expect(try await read(2, "") == [])
        #expect(try await read(1, "") == [])
        #expect(try await read(2, "ancestor 0 1 30", library: .first) == [])
    }

    @Test func aDeviceThatCanNotBeReadHasNoRow() async throws {
        let links = "ancestor 0 1 30\nancestor 0 2 10\nancestor 1 2 40\ngpu 1 fail nvmlDeviceGetUUID 15"
        #expect(try await read(3, links) == [[0, 50], [50, 0]])
    }
}
