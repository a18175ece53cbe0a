// swift-tools-version: 6.2
import PackageDescription

// One package, one executable, about twenty small rooms. Arrows point at what is imported; ARCHITECTURE.md says why
// each is there, and Tests/TidyTests fails where one points the wrong way.

let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioFoundation = Target.Dependency.product(name: "NIOFoundationCompat", package: "swift-nio")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let nioHTTPCodec = Target.Dependency.product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")

func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], path: String? = nil, exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, path: path, exclude: exclude, swiftSettings: strict)
}

let package = Package(
    name: "carrel",
    products: [.executable(name: "carrel", targets: ["carrel"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        // For tests only: reads the OpenAPI document.
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // Pure: values in, values out.
        room("FleetModel"),
        room("LeaseLedger", ["FleetModel"]),
        room("Scheduling", ["FleetModel", "LeaseLedger"]),
        room("DevicePolicy", ["FleetModel"]),
        room("SoftwareStack"),
        room("FleetSimulator", ["FleetModel", "LeaseLedger", "Scheduling", "DevicePolicy"]),
        room("Advisor", ["FleetModel"]),

        // Many seeds of it, as fast as they go: `make torture`.
        .executableTarget(
            name: "fleet-torture", dependencies: ["FleetModel", "FleetSimulator"], swiftSettings: strict),

        // Adapters: to processes, devices and the disk.
        room("EngineInterface", ["FleetModel"]),
        room("ChildProcess"),
        room("Environments", ["FleetModel", "SoftwareStack"]),
        // Makes the copies of data sets, as work.
        room("DataCopying", ["FleetModel", "CLinux"]),
        // What is done to people's files, by a process of theirs.
        room("FileActs", ["CLinux"]),
        // What the advisor knows of accelerators and prices, embedded.
        .target(name: "CCatalogue", exclude: ["Files"]),
        room("CatalogueFiles", ["Advisor", "CCatalogue"]),
        // What a model's files say of it.
        room("ModelFiles"),
        .target(name: "CNVML"),
        room("DeviceInventory", ["FleetModel", "ChildProcess", "CNVML"]),
        .target(name: "CCUDA", exclude: ["Kernels"]),
        // Optimised in debug builds too: what it measures would otherwise be the compiler's doing.
        .target(
            name: "DeviceProbe", dependencies: ["FleetModel", "ChildProcess", "CCUDA"],
            swiftSettings: strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]),
        .target(name: "CLinux"),
        .executableTarget(
            name: "carrel-init", cSettings: [.unsafeFlags(["-Os"])],
            linkerSettings: [.unsafeFlags(["-nostartfiles", "-static-executable"])]),
        // Optimised in debug builds too: how long a descriptor lives depends on it, and the tests shall see what users get.
        .target(
            name: "LocalEngine", dependencies: ["FleetModel", "EngineInterface", "CLinux"],
            swiftSettings: strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]),
        room("LedgerStore", ["FleetModel", "LeaseLedger", grdb]),
        room("TelemetryStore", ["FleetModel", "EngineInterface", grdb]),

        // What PAM says, by its library, which is opened at run time.
        .target(name: "CPAM"),
        room("UnixPasswords", ["ChildProcess", "Accounts", "CPAM"]),
        // Whom an OpenID Connect provider vouches for.
        room("OpenIDConnect", ["FleetModel", crypto, cryptoExtras, httpClient, nioCore, nioHTTP1]),

        // Service.
        room("CheckoutService", ["FleetModel", "LeaseLedger", "Scheduling", "DevicePolicy", "EngineInterface"]),
        room("Accounts", ["FleetModel", crypto]),

        // Edge.
        room("WireModel", ["FleetModel"]),
        // The advisor's answers, as they go over the wire.
        room("Advice", ["FleetModel", "Advisor", "CatalogueFiles", "ModelFiles", "WireModel"]),
        // What browsers load beside the pages, embedded.
        .target(name: "CAssets", exclude: ["Files"]),
        room("WebPages", ["FleetModel", "SoftwareStack", "WireModel", "CAssets"]),
        room("WireClient", ["WireModel", httpClient, nioCore, nioPosix, nioHTTP1, nioSSL, nioFoundation]),
        room("SessionGateway", [nioCore, nioPosix, nioHTTP1]),
        room(
            "HTTPAPI",
            [
                "FleetModel", "LeaseLedger", "Scheduling", "DevicePolicy", "EngineInterface", "CheckoutService", "Accounts",
                "OpenIDConnect", "WireModel", "WebPages", "SessionGateway", "SoftwareStack", "FileActs", "CLinux",
                "Advisor", "CatalogueFiles", "Advice",
                hummingbird,
                hummingbirdCore, httpTypes, nioHTTPTypes, nioHTTPCodec, nioCore, nioPosix, nioHTTP1, nioSSL, nioFoundation,
                logging,
                crypto,
            ]),

        // Top.
        room(
            "CommandLine",
            [
                "FleetModel", "SoftwareStack", "Environments", "Advisor", "CatalogueFiles", "ModelFiles", "Advice",
                "WireModel", "WireClient", argumentParser,
            ]),
        room(
            "ServerAssembly",
            [
                "FleetModel", "LeaseLedger", "Scheduling", "DevicePolicy", "EngineInterface", "LocalEngine",
                "ChildProcess", "DeviceInventory", "DeviceProbe", "LedgerStore", "TelemetryStore", "SoftwareStack",
                "Environments", "DataCopying", "FileActs", "CheckoutService", "Accounts", "OpenIDConnect", "UnixPasswords",
                "WireModel",
                "WireClient",
                "HTTPAPI",
                "CommandLine", argumentParser, logging,
            ]),
        .executableTarget(
            name: "carrel", dependencies: ["CommandLine", "ServerAssembly", "carrel-init", argumentParser],
            swiftSettings: strict),

        // The gateway alone: `make bench`.
        .executableTarget(
            name: "gateway-bench", dependencies: ["SessionGateway", nioCore, nioPosix], swiftSettings: strict),

        // Tests, and the small programs that they drive.
        room("FleetTestKit", ["FleetModel", "LeaseLedger", "EngineInterface"]),
        .executableTarget(
            name: "engine-examiner", dependencies: ["LocalEngine", "CLinux", "FleetModel"], swiftSettings: strict),
        .executableTarget(
            name: "inventory-reader", dependencies: ["DeviceInventory"], path: "Tests/Stubs/nvml/inventory-reader",
            swiftSettings: strict),
        .executableTarget(
            name: "device-prober", dependencies: ["DeviceProbe"], path: "Tests/Stubs/cuda/device-prober",
            swiftSettings: strict),
        .target(name: "StoreFaults", path: "Tests/LedgerStoreTests/Faults"),
        .executableTarget(
            name: "store-helper", dependencies: ["FleetModel", "LeaseLedger", "LedgerStore", "FleetTestKit", "StoreFaults"],
            path: "Tests/LedgerStoreTests/Helper", swiftSettings: strict),
        tests("FleetModelTests", ["FleetModel"]),
        tests("LeaseLedgerTests", ["FleetModel", "LeaseLedger", "FleetTestKit"]),
        tests("SchedulingTests", ["FleetModel", "LeaseLedger", "Scheduling"]),
        tests("DevicePolicyTests", ["FleetModel", "DevicePolicy"]),
        tests("FleetSimulatorTests", ["FleetModel", "LeaseLedger", "Scheduling", "FleetSimulator"]),
        tests("SoftwareStackTests", ["SoftwareStack"]),
        tests("AdvisorTests", ["FleetModel", "Advisor", "CatalogueFiles"]),
        tests("ModelFilesTests", ["ModelFiles"]),
        tests("AdviceTests", ["FleetModel", "Advisor", "CatalogueFiles", "ModelFiles", "WireModel", "Advice"]),
        tests("EnvironmentsTests", ["FleetModel", "SoftwareStack", "Environments"]),
        tests("DataCopyingTests", ["FleetModel", "DataCopying"]),
        tests("FileActsTests", ["FileActs"]),
        tests("TidyTests", []),
        tests(
            "DeviceInventoryTests", ["FleetModel", "ChildProcess", "DeviceInventory", "FleetTestKit", "inventory-reader"]),
        tests("DeviceProbeTests", ["FleetModel", "ChildProcess", "DeviceProbe", "device-prober"]),
        tests(
            "LocalEngineTests",
            [
                "FleetModel", "EngineInterface", "CLinux", "LocalEngine", "FleetTestKit", "engine-examiner", "carrel-init",
            ]),
        tests(
            "LedgerStoreTests", ["FleetModel", "LeaseLedger", "LedgerStore", "FleetTestKit", "store-helper", grdb],
            exclude: ["Helper", "Golden", "Faults"]),
        tests("CommandLineTests", ["FleetModel", "WireModel", "CommandLine", argumentParser]),
        tests("TelemetryStoreTests", ["FleetModel", "TelemetryStore"]),
        tests(
            "CheckoutServiceTests",
            [
                "FleetModel", "LeaseLedger", "Scheduling", "DevicePolicy", "EngineInterface", "CheckoutService",
                "FleetTestKit",
            ]),
        tests("OpenIDConnectTests", ["OpenIDConnect", crypto, cryptoExtras]),
        tests("AccountsTests", ["FleetModel", "Accounts", "LedgerStore"]),
        tests("WireModelTests", ["FleetModel", "WireModel"]),
        tests("WebPagesTests", ["FleetModel", "WireModel", "WebPages"]),
        tests(
            "HTTPAPITests",
            [
                "FleetModel", "FileActs", "LeaseLedger", "EngineInterface", "CheckoutService", "Accounts", "OpenIDConnect",
                "WireModel", "HTTPAPI", "FleetTestKit", hummingbird, logging, nioCore, nioPosix, nioEmbedded, nioHTTP1,
                nioHTTPTypes, httpTypes,
            ]),
        tests(
            "SessionGatewayTests",
            [
                "SessionGateway", nioCore, nioPosix, nioHTTP1, nioHTTPCodec, nioHTTPTypes, httpTypes, hummingbird,
                hummingbirdCore, logging,
            ]),
        tests("IntegrationTests", ["carrel", "carrel-init", yams], path: "Tests/Integration"),
    ],
    swiftLanguageModes: [.v6])
