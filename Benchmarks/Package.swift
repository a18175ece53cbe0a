// swift-tools-version: 6.2
import PackageDescription

// Times the pure rooms from inside, built as a release is. A package of its own, so that ordinary builds don't wait for it;
// the rooms are links to the folders of the package above, since what they offer is for their own package only.

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
    name: "benchmarks",
    products: [.executable(name: "decisions", targets: ["decisions"])],
    targets: [
        .target(name: "FleetModel", swiftSettings: strict),
        .target(name: "LeaseLedger", dependencies: ["FleetModel"], swiftSettings: strict),
        .target(name: "Scheduling", dependencies: ["FleetModel", "LeaseLedger"], swiftSettings: strict),
        .executableTarget(
            name: "decisions", dependencies: ["FleetModel", "LeaseLedger", "Scheduling"], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6])
