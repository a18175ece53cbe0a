/// The rooms of the house and the arrows between them, as the design draws them: `ARCHITECTURE.md` says why.
enum House {
    enum Floor: Int, Comparable {
        case c, pure, adapter, service, edge, top, test

        static func < (left: Floor, right: Floor) -> Bool { left.rawValue < right.rawValue }
    }

    struct Room {
        let name: String
        let floor: Floor
        /// The arrows. What these rooms may use is allowed too, and so is FleetModel, whose nouns everybody speaks.
        let rooms: [String]
        /// Products of other packages; `NIO*` stands for all that begin so.
        let products: [String]

        init(_ name: String, _ floor: Floor, _ rooms: [String] = [], products: [String] = []) {
            self.name = name
            self.floor = floor
            self.rooms = rooms
            self.products = products
        }
    }

    static let rooms: [Room] = [
        Room("FleetModel", .pure),
        Room("LeaseLedger", .pure, ["FleetModel"]),
        Room("Scheduling", .pure, ["LeaseLedger"]),
        Room("DevicePolicy", .pure, ["FleetModel"]),
        Room("FleetSimulator", .pure, ["Scheduling", "DevicePolicy"]),
        Room("SoftwareStack", .pure),
        Room("Advisor", .pure, ["FleetSimulator"]),

        Room("CatalogueFiles", .adapter, ["Advisor", "CCatalogue"]),
        Room("ModelFiles", .adapter),
        Room("EngineInterface", .adapter, ["FleetModel"]),
        Room("ChildProcess", .adapter),
        Room("Environments", .adapter, ["SoftwareStack"]),
        Room("DataCopying", .adapter, ["FleetModel", "CLinux"]),
        Room("FileActs", .adapter, ["CLinux"]),
        Room("DeviceInventory", .adapter, ["FleetModel", "ChildProcess", "CNVML"]),
        Room("DeviceProbe", .adapter, ["FleetModel", "ChildProcess", "CCUDA"]),
        Room("LocalEngine", .adapter, ["EngineInterface", "CSystem", "CLinux"]),
        Room("SlurmEngine", .adapter, ["EngineInterface"]),
        Room("LedgerStore", .adapter, ["LeaseLedger"], products: ["GRDB", "Crypto"]),
        Room(
            "OpenIDConnect", .adapter, products: ["AsyncHTTPClient", "Crypto", "CryptoExtras", "NIO*"]),
        Room("TelemetryStore", .adapter, ["EngineInterface"], products: ["GRDB"]),

        Room(
            "CheckoutService", .service, ["Advisor", "EngineInterface"], products: ["Logging", "Crypto"]),
        Room("UnixPasswords", .service, ["ChildProcess", "Accounts", "CPAM"]),
        Room("Accounts", .service, ["FleetModel"], products: ["Logging", "Crypto"]),

        Room("WireModel", .edge, ["FleetModel"]),
        Room("WireClient", .edge, ["WireModel"], products: ["AsyncHTTPClient", "HTTPTypes", "Logging", "NIO*"]),
        Room("Advice", .edge, ["Advisor", "CatalogueFiles", "ModelFiles", "WireModel"]),
        Room("SessionGateway", .edge, products: ["NIO*"]),
        Room(
            "HTTPAPI", .edge,
            [
                "CheckoutService", "Accounts", "OpenIDConnect", "Advice", "WireModel", "SessionGateway", "WebPages",
                "SoftwareStack", "FileActs", "CLinux",
            ],
            products: ["Crypto", "Hummingbird*", "HTTPTypes", "Logging", "NIO*"]),
        Room("WebPages", .edge, ["WireModel", "SoftwareStack", "CAssets"]),

        Room(
            "CommandLine", .top, ["WireClient", "Advice", "FleetSimulator", "Environments"], products: ["ArgumentParser"]),
        Room(
            "ServerAssembly", .top,
            [
                "Advisor", "ChildProcess", "DeviceInventory", "DeviceProbe", "LocalEngine", "SlurmEngine", "LedgerStore",
                "TelemetryStore", "CheckoutService", "OpenIDConnect", "UnixPasswords",
                "Accounts", "Environments", "DataCopying", "FileActs",
                "WireClient", "SessionGateway", "HTTPAPI", "WebPages", "CommandLine", "CSystem",
                "CLinux",
            ], products: ["ArgumentParser", "Hummingbird*", "Logging", "NIO*"]),
        Room("carrel", .top, ["CommandLine", "ServerAssembly", "carrel-init"], products: ["ArgumentParser"]),

        Room("CNVML", .c), Room("CCatalogue", .c), Room("CCUDA", .c), Room("CSystem", .c), Room("CLinux", .c),
        Room("CAssets", .c),
        Room("CPAM", .c),
        Room("carrel-init", .c),

        Room("FleetTestKit", .test, ["Advisor", "EngineInterface"]),
        Room("engine-examiner", .test, ["LocalEngine", "CLinux"]),
        Room("fleet-torture", .test, ["FleetSimulator"]),
        Room("gateway-bench", .test, ["SessionGateway"], products: ["NIO*"]),
    ]

    static func room(_ name: String) -> Room? { rooms.first { $0.name == name } }

    /// The rooms that a room may use: its arrows, and theirs.
    static func reach(of name: String) -> Set<String> {
        guard let room = room(name) else { return [] }
        var reached: Set<String> = room.floor == .c || name == "FleetModel" ? [] : ["FleetModel"]
        for next in room.rooms {
            reached.insert(next)
            if self.room(next)?.floor != .c { reached.formUnion(reach(of: next)) }
        }
        return reached
    }

    static func mayUse(product: String, in name: String) -> Bool {
        (room(name)?.products ?? []).contains { allowed in
            allowed.hasSuffix("*") ? product.hasPrefix(allowed.dropLast()) : product == allowed
        }
    }

    static var pureRooms: Set<String> { Set(rooms.filter { $0.floor == .pure }.map(\.name)) }
}
