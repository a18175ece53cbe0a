import FleetModel

/// Assumptions about owning and renting that a site has its server compare with its use: `PUT /v1/advice/cost/kept`.
package struct NewKeptOwnership: Codable, Equatable, Sendable {
    /// As they are called and written in the question `GET /v1/advice/cost`; `rentSource` says where the rent is from.
    package var options: [String: String]

    package init(options: [String: String]) { self.options = options }

    /// Bytes of a value that the server takes.
    package static let mostBytes = 200

    /// One line, cut at a character's end to what the server takes.
    package static func fitting(_ value: String) -> String {
        var text = "", left = mostBytes
        for scalar in value.withoutControls.unicodeScalars {
            left -= UTF8.width(scalar)
            guard left >= 0 else { break }
            text.unicodeScalars.append(scalar)
        }
        return text
    }
}

/// The same with what was found: `GET /v1/advice/cost/kept`.
package struct KeptOwnership: Codable, Equatable, Sendable {
    package var options: [String: String]
    package var keptBy: String
    package var keptAt: String
    /// `own`, `rent`; missing: the pool was not used for long enough to tell.
    package var cheaper: String?
    /// Since when that holds.
    package var since: String?
    /// Whether it was the other way round since these were kept.
    package var hasTurned: Bool
    /// When it was last compared.
    package var comparedAt: String?
    /// The part of the last 30 days in which the pool's GPUs were leased.
    package var utilisation: Double?
    /// The part from which owning is cheaper; missing: never.
    package var breakEven: Double?
    package var words: String

    package init(
        options: [String: String], keptBy: String, keptAt: String, cheaper: String?, since: String?, hasTurned: Bool,
        comparedAt: String?, utilisation: Double?, breakEven: Double?, words: String
    ) {
        self.options = options
        self.keptBy = keptBy
        self.keptAt = keptAt
        self.cheaper = cheaper
        self.since = since
        self.hasTurned = hasTurned
        self.comparedAt = comparedAt
        self.utilisation = utilisation
        self.breakEven = breakEven
        self.words = words
    }
}

/// `kept` is missing where nothing is kept.
package struct KeptOwnershipAnswer: Codable, Equatable, Sendable {
    package var kept: KeptOwnership?

    package init(kept: KeptOwnership?) { self.kept = kept }
}
