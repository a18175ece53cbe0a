/// A name that identifies something: its own type, so that a user's name can't stand where a team's is due.
package protocol NameIdentifier: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    var name: String { get }
    init(_ name: String)
}

extension NameIdentifier {
    package static func < (left: Self, right: Self) -> Bool { left.name < right.name }
    package var description: String { name }
    package init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}

/// Who asks: the account's name.
package struct UserName: NameIdentifier {
    package let name: String
    package init(_ name: String) { self.name = name }
}

/// Who shares a guarantee.
package struct TeamName: NameIdentifier {
    package let name: String
    package init(_ name: String) { self.name = name }
    /// Everybody without a team of their own is in this one; its guarantee is 0 unless somebody sets it.
    package static let everyone = TeamName("everyone")
}

/// A machine.
package struct NodeName: NameIdentifier {
    package let name: String
    package init(_ name: String) { self.name = name }
}

/// A device's own identity: its UUID, never its index, which may change at every boot.
package struct DeviceKey: NameIdentifier {
    package let name: String
    package init(_ name: String) { self.name = name }
}
