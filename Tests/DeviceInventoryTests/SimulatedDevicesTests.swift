import DeviceInventory
import FleetModel
import Testing

@Suite struct SimulatedDevicesTests {
    private let node = NodeName("box7")

    private func devices(_ text: String) throws -> [Device] { try SimulatedDevices(parsing: text).reading(on: node).devices }

    @Test func simulatesWhatIsAskedFor() throws {
        let devices = try devices("a100:4,h100:2")
        #expect(
            devices.map(\.key.name) == [
                "SIM-box7-a100-0000", "SIM-box7-a100-0001", "SIM-box7-a100-0002", "SIM-box7-a100-0003",
                "SIM-box7-h100-0000", "SIM-box7-h100-0001",
            ])
        #expect(devices.first?.model == "NVIDIA A100-SXM4-80GB (simulated)")
        #expect(devices.first?.memory == .gibibytes(80))
        #expect(devices.last?.model == "NVIDIA H100 80GB HBM3 (simulated)")
        #expect(devices.last?.memory == MemoryBytes(85_520_809_984))
        #expect(devices.allSatisfy { $0.isSimulated && $0.minor == nil && $0.pciAddress == nil })
        #expect(try self.devices("a100:4,h100:2") == devices)
    }

    @Test(arguments: ["rtx4090", "RTX 4090", " rtx-4090 : 1 "])
    func readsAModelHoweverItIsWritten(text: String) throws {
        #expect(try devices(text).map(\.key.name) == ["SIM-box7-rtx4090-0000"])
    }

    @Test func aModelNamedTwiceCountsBothTimes() throws {
        #expect(try devices("t4:2,l4,t4:3").count == 6)
        #expect(Set(try devices("t4:2,l4,t4:3").map(\.key)).count == 6)
    }

    @Test func everyKnownModelIsFoundByItsNameAndByASelector() throws {
        #expect(SimulatedDevices.knownModels.count >= 15)
        for name in SimulatedDevices.knownModels {
            let device = try #require(try devices(name).first)
            #expect(device.model.hasSuffix(" (simulated)"))
            #expect(device.memory > .gibibytes(8))
            let family = name.split(separator: "-").first.map(String.init) ?? name
            #expect(try DeviceSelector(parsing: family).matches(device), "\(family) does not find \(device.model)")
        }
    }

    @Test(arguments: [
        ("a100:0", SimulationError.countNotPositive(0, model: "a100")),
        ("a100:-3", .countNotPositive(-3, model: "a100")),
        ("a100:-99999999999999999999", .countNotPositive(.min, model: "a100")),
        ("a100:1025", .tooMany(asked: 1_025, most: 1_024)),
        ("a100:1000,h100:25", .tooMany(asked: 1_025, most: 1_024)),
        ("a100:99999999999999999999", .tooMany(asked: .max, most: 1_024)),
        ("a100:four", .notACount("four", model: "a100")),
        ("a100:", .notACount("", model: "a100")),
        ("a100:-", .notACount("-", model: "a100")),
        ("a100:4.5", .notACount("4.5", model: "a100")),
        ("a100:4:2", .notUnderstood("a100:4:2")),
        ("", .notUnderstood("")),
        ("a100:4,", .notUnderstood("a100:4,")),
        (":4", .notUnderstood(":4")),
        ("quadro:2", .unknownModel("quadro", known: SimulatedDevices.knownModels)),
    ])
    func whatCanNotBeSimulatedIsRefused(text: String, error: SimulationError) {
        #expect(throws: error) { try SimulatedDevices(parsing: text) }
        #expect(error.text.contains("Nothing was started."))
    }

    @Test func anUnknownModelIsAnsweredWithTheKnownOnes() {
        let error = SimulationError.unknownModel("quadro", known: SimulatedDevices.knownModels)
        for name in SimulatedDevices.knownModels { #expect(error.text.contains(name)) }
    }

    @Test func theMostThatCanBeSimulatedIsThere() throws {
        let reading = try SimulatedDevices(parsing: "t4:1024").reading(on: node)
        #expect(Set(reading.devices.map(\.key)).count == 1_024)
        #expect(reading.links.isEmpty)
    }

    @Test func boardsWithNVLinkReachEachOtherWellAndCardsByTheirSocket() throws {
        let board = try SimulatedDevices(parsing: "a100:4").reading(on: node)
        #expect(board.links[0] == [0, 1_220, 1_210, 1_210])
        #expect(board.devices.map(\.numaNode) == [0, 0, 1, 1])
        let cards = try SimulatedDevices(parsing: "rtx4090:4").reading(on: node)
        #expect(cards.links == [[0, 30, 10, 10], [30, 0, 10, 10], [10, 10, 0, 30], [10, 10, 30, 0]])
    }

    @Test func differentModelsHaveNoNVLink() throws {
        let links = try SimulatedDevices(parsing: "a100:2,h100:2").reading(on: node).links
        #expect(links[0] == [0, 1_210, 30, 10])
        for row in links.indices { for column in links.indices { #expect(links[row][column] == links[column][row]) } }
    }
}
