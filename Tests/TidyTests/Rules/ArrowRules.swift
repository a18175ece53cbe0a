/// The arrows of the package's manifest and of every import line.
enum ArrowRules {
    /// Modules that come with Swift. Pure rooms use none of them.
    static let systemModules: Set<String> = ["Dispatch", "Foundation", "FoundationEssentials", "Glibc", "Synchronization"]

    static func check(_ manifest: PackageManifest) -> [Finding] {
        let helpers = Set(manifest.targets.filter(\.isHelperOfTests).map(\.name))
        return manifest.targets.flatMap { target -> [Finding] in
            let place = "Package.swift, target \(target.name)"
            if target.type == "test" || target.isHelperOfTests { return checkTests(target, helpers, place) }
            guard House.room(target.name) != nil else {
                return [unknown.finding(place, "the house has no room \(target.name)")]
            }
            return target.dependencies.compactMap { dependency in
                switch dependency {
                case .target(let name) where helpers.contains(name):
                    testing.finding(place, "\(target.name) imports \(name)")
                case .target(let name): arrow(from: target.name, to: name, place)
                case .product(let name):
                    House.mayUse(product: name, in: target.name) ? nil : product(name, in: target.name, place)
                }
            }
        }
    }

    /// Tests may look into every room.
    private static func checkTests(
        _ target: PackageManifest.Target, _ helpers: Set<String>, _ place: String
    ) -> [Finding] {
        target.dependencies.compactMap { dependency in
            guard case .target(let name) = dependency, House.room(name) == nil, !helpers.contains(name) else { return nil }
            return unknown.finding(place, "the house has no room \(name)")
        }
    }

    static func check(_ file: SourceFile) -> [Finding] {
        guard let target = file.target else { return [] }
        if !file.isTest, House.room(target) == nil {
            return [unknown.finding(file.path, "the house has no room \(target)")]
        }
        return imports(of: file).compactMap { line, module in
            file.isTest ? nil : importFinding(module, in: target, file.place(line))
        }
    }

    /// The lines that import something, and what.
    static func imports(of file: SourceFile) -> [(line: Int, module: String)] {
        file.code.enumerated().compactMap { index, line in
            let words = line.split(whereSeparator: \.isWhitespace)
            guard let place = words.firstIndex(of: "import"), place + 1 < words.count else { return nil }
            let isImport = words[..<place].allSatisfy { $0.hasPrefix("@") || accessLevels.contains($0) }
            let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
            let name = words[(place + 1)...].first { !kinds.contains($0) }
            guard isImport, let module = name?.split(separator: ".").first else { return nil }
            return (index, String(module))
        }
    }

    private static let accessLevels: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]

    private static func importFinding(_ module: String, in target: String, _ place: String) -> Finding? {
        guard let room = House.room(target) else { return nil }
        if module == target { return nil }
        if House.room(module) != nil { return arrow(from: target, to: module, place) }
        if room.floor == .pure { return pure.finding(place, "\(target) imports \(module)") }
        if systemModules.contains(module) { return nil }
        if module == "Testing" {
            return room.floor == .test ? nil : testing.finding(place, "\(target) imports Testing")
        }
        return House.mayUse(product: module, in: target) ? nil : product(module, in: target, place)
    }

    private static func arrow(from source: String, to target: String, _ place: String) -> Finding? {
        guard let room = House.room(source), let other = House.room(target) else {
            return unknown.finding(place, "the house has no room \(House.room(source) == nil ? source : target)")
        }
        if other.floor == .test {
            return room.floor == .test ? nil : testing.finding(place, "\(source) imports \(target)")
        }
        if House.reach(of: source).contains(target) { return nil }
        return rule(from: room, to: other).finding(place, "\(source) imports \(target)")
    }

    private static func rule(from room: House.Room, to other: House.Room) -> Rule {
        let engines: Set<String> = ["LocalEngine", "SlurmEngine"]
        if room.floor == .pure { return pure }
        if engines.contains(room.name) { return engine }
        if room.name == "HTTPAPI" { return api }
        if ["WireModel", "WireClient", "CommandLine"].contains(room.name) { return client }
        return general
    }

    private static func product(_ name: String, in target: String, _ place: String) -> Finding {
        external.finding(place, "\(target) uses \(name)")
    }

    private static let pure = Rule(
        reason: "a pure room gives the same answer on every machine and in every replay, so it sees only pure rooms",
        instead: "take what is needed as a value from the caller, or do it in a room further out")
    private static let engine = Rule(
        reason: "an engine does what it is told and knows neither the ledger, nor the scheduler, nor another engine",
        instead: "let CheckoutService say it in a LaunchOrder, or report it in an AttemptStatus")
    private static let api = Rule(
        reason: "routes must work with every store and every engine", instead: "ask CheckoutService or one of its protocols")
    private static let client = Rule(
        reason: "the client side runs where no server is and speaks to it over the wire only",
        instead: "add what is missing to WireModel")
    private static let general = Rule(
        reason: "the design draws no arrow there", instead: "ask a protocol of the own room, which ServerAssembly fills")
    private static let testing = Rule(
        reason: "the product never carries its tests", instead: "move what the product needs into a room of its own")
    private static let unknown = Rule(
        reason: "a room without a place on a floor may be imported from anywhere",
        instead: "give it a place in Tests/TidyTests/House/House.swift and in ARCHITECTURE.md")
    private static let external = Rule(
        reason: "every package from outside stays in the few rooms that need it",
        instead:
            "use it in a room that has it, or allow it in Tests/TidyTests/House/House.swift with a line in ARCHITECTURE.md")
}
