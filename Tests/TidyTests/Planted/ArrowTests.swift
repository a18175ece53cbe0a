import Foundation
import Testing

/// Arrows that point the wrong way are found, each with the reason that fits it.
@Suite struct ArrowTests {
    @Test(arguments: [
        ("LeaseLedger", "FleetModel"), ("Scheduling", "FleetModel"), ("Advisor", "LeaseLedger"),
        ("LocalEngine", "EngineInterface"), ("LocalEngine", "FleetModel"), ("CheckoutService", "Scheduling"),
        ("HTTPAPI", "LeaseLedger"), ("CommandLine", "FleetSimulator"), ("ServerAssembly", "LedgerStore"),
        ("ServerAssembly", "LocalEngine"), ("SessionGateway", "FleetModel"), ("FleetTestKit", "LeaseLedger"),
        ("carrel", "ServerAssembly"), ("WebPages", "CAssets"), ("DeviceInventory", "CNVML"),
    ])
    func arrowsOfTheDesign(from source: String, to target: String) {
        #expect(ArrowRules.check(file(source, "import \(target)")) == [])
        #expect(ArrowRules.check(manifest([target], in: source)) == [])
    }

    @Test(arguments: [
        ("FleetModel", "LeaseLedger", "sees only pure rooms"), ("LeaseLedger", "Scheduling", "sees only pure rooms"),
        ("Scheduling", "FleetSimulator", "sees only pure rooms"), ("DevicePolicy", "LeaseLedger", "sees only pure rooms"),
        ("LeaseLedger", "EngineInterface", "sees only pure rooms"), ("Advisor", "CNVML", "sees only pure rooms"),
        ("LocalEngine", "LeaseLedger", "an engine does what it is told"),
        ("SlurmEngine", "LocalEngine", "an engine does what it is told"),
        ("LocalEngine", "Scheduling", "an engine does what it is told"),
        ("HTTPAPI", "LedgerStore", "every store and every engine"),
        ("HTTPAPI", "LocalEngine", "every store and every engine"),
        ("CommandLine", "CheckoutService", "over the wire only"), ("WireClient", "CheckoutService", "over the wire only"),
        ("WireModel", "LeaseLedger", "over the wire only"), ("Accounts", "LedgerStore", "draws no arrow there"),
        ("EngineInterface", "LeaseLedger", "draws no arrow there"), ("CheckoutService", "HTTPAPI", "draws no arrow there"),
        ("WebPages", "HTTPAPI", "draws no arrow there"), ("LedgerStore", "Scheduling", "draws no arrow there"),
        ("DeviceInventory", "DevicePolicy", "draws no arrow there"), ("carrel-init", "CLinux", "draws no arrow there"),
        ("ServerAssembly", "FleetTestKit", "never carries its tests"),
        ("LeaseLedger", "FleetTestKit", "never carries its tests"),
    ])
    func arrowsThatPointTheWrongWay(from source: String, to target: String, reason: String) {
        for found in [ArrowRules.check(file(source, "import \(target)")), ArrowRules.check(manifest([target], in: source))] {
            #expect(found.count == 1)
            #expect(found.first?.reason.contains(reason) ?? false, "\(found)")
            #expect(found.first?.rule == "\(source) imports \(target)")
        }
    }

    @Test func everyFormOfImportIsSeen() {
        let source = """
            package import FleetModel
            @testable import LeaseLedger
            @preconcurrency package import Scheduling
            import struct Foundation.Date
              private import Glibc
            // import Advisor
            let important = "import CNVML"
            import FleetModel.Units
            """
        let found = ArrowRules.imports(of: file("CommandLine", source))
        #expect(found.map(\.module) == ["FleetModel", "LeaseLedger", "Scheduling", "Foundation", "Glibc", "FleetModel"])
        #expect(found.map(\.line) == [0, 1, 2, 3, 4, 7])
    }

    @Test(arguments: [
        "Foundation", "FoundationEssentials", "Glibc", "Dispatch", "Synchronization", "Testing", "GRDB", "NIOCore",
    ])
    func pureRoomsImportNothingElse(module: String) {
        let found = ArrowRules.check(file("Scheduling", "\n\nimport \(module)"))
        #expect(found.map(\.place) == ["Sources/Scheduling/File.swift:3"])
        #expect(found.first?.reason.contains("sees only pure rooms") ?? false)
    }

    @Test(arguments: [
        ("GRDB", "LedgerStore", true), ("GRDB", "CheckoutService", false), ("Hummingbird", "HTTPAPI", true),
        ("Hummingbird", "ServerAssembly", true), ("Hummingbird", "WebPages", false), ("ArgumentParser", "CommandLine", true),
        ("ArgumentParser", "HTTPAPI", false), ("AsyncHTTPClient", "WireClient", true), ("AsyncHTTPClient", "HTTPAPI", false),
        ("Crypto", "Accounts", true), ("Crypto", "WireClient", false), ("Logging", "CheckoutService", true),
        ("Logging", "EngineInterface", false), ("NIOCore", "SessionGateway", true), ("NIOPosix", "WireClient", true),
        ("NIOCore", "CheckoutService", false), ("Testing", "FleetTestKit", true), ("Testing", "HTTPAPI", false),
        ("XCTest", "HTTPAPI", false), ("FoundationNetworking", "WireClient", false),
    ])
    func packagesFromOutsideStayInTheirRooms(product: String, room: String, isAllowed: Bool) {
        #expect(ArrowRules.check(file(room, "import \(product)")).isEmpty == isAllowed)
        if product != "Testing" {
            let declared = PackageManifest.Target(name: room, type: "regular", path: nil, dependencies: [.product(product)])
            #expect(ArrowRules.check(PackageManifest(targets: [declared])).isEmpty == isAllowed)
        }
    }

    @Test func roomsThatTheHouseDoesNotHave() {
        #expect(ArrowRules.check(manifest([], in: "Attic")).map(\.rule) == ["the house has no room Attic"])
        #expect(ArrowRules.check(manifest(["Attic"], in: "HTTPAPI")).map(\.rule) == ["the house has no room Attic"])
        #expect(ArrowRules.check(file("Attic", "")).map(\.rule) == ["the house has no room Attic"])
    }

    @Test func testsAndTheirHelpersMayLookIntoEveryRoom() {
        let tests = PackageManifest.Target(
            name: "AnyTests", type: "test", path: nil,
            dependencies: [.target("LedgerStore"), .target("helper"), .product("GRDB"), .target("Attic")])
        let helper = PackageManifest.Target(
            name: "helper", type: "executable", path: "Tests/Stubs/helper", dependencies: [.target("LocalEngine")])
        let product = PackageManifest.Target(name: "HTTPAPI", type: "regular", path: nil, dependencies: [.target("helper")])
        let found = ArrowRules.check(PackageManifest(targets: [tests, helper, product]))
        #expect(found.map(\.rule) == ["the house has no room Attic", "HTTPAPI imports helper"])
        #expect(ArrowRules.check(SourceFile(path: "Tests/AnyTests/A.swift", text: "import LedgerStore")) == [])
    }

    @Test func aManifestIsReadAsSwiftPMPrintsIt() throws {
        let json = #"""
            {"name": "x", "targets": [{"name": "HTTPAPI", "type": "regular", "path": null, "dependencies": [
              {"byName": ["LedgerStore", null]}, {"target": ["WireModel", null]}, {"product": ["GRDB", "GRDB.swift", null, null]}]}]}
            """#
        let manifest = try JSONDecoder().decode(PackageManifest.self, from: Data(json.utf8))
        #expect(manifest.targets[0].dependencies == [.target("LedgerStore"), .target("WireModel"), .product("GRDB")])
        #expect(ArrowRules.check(manifest).map(\.rule) == ["HTTPAPI imports LedgerStore", "HTTPAPI uses GRDB"])
    }

    @Test func theHouseItselfStands() {
        #expect(Set(House.rooms.map(\.name)).count == House.rooms.count)
        for room in House.rooms {
            for name in room.rooms {
                guard let other = House.room(name) else {
                    Issue.record("\(room.name) points at \(name), which is not there")
                    continue
                }
                #expect(other.floor <= room.floor, "\(room.name) imports upward: \(name)")
                #expect(!House.reach(of: name).contains(room.name), "\(room.name) and \(name) import each other")
                #expect(other.floor != .test, "\(room.name) imports \(name)")
            }
            if room.floor == .pure { #expect(room.products.isEmpty) }
            if room.floor == .pure { #expect(House.reach(of: room.name).isSubset(of: House.pureRooms)) }
        }
        #expect(House.pureRooms.count == 7)
    }

    private func file(_ target: String, _ text: String) -> SourceFile {
        SourceFile(path: "Sources/\(target)/File.swift", text: text)
    }

    private func manifest(_ dependencies: [String], in name: String) -> PackageManifest {
        PackageManifest(targets: [
            PackageManifest.Target(
                name: name, type: "regular", path: nil, dependencies: dependencies.map { .target($0) })
        ])
    }
}
