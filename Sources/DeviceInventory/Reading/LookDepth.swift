/// How closely a device is looked at.
package enum LookDepth: String, Codable, Sendable, CaseIterable {
    /// What it does now: use, memory, power, energy, temperature, clock limits. Cheap.
    case sample
    /// That, and whether it is well and who is on it. Listing processes holds up the work on a device for a moment, so
    /// this is for the beginning and the end of a lease and now and then between.
    case examine
}
