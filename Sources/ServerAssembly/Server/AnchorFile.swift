import CheckoutService
import Foundation

/// The clock's anchor, beside the database.
enum AnchorFile {
    /// nil: there is none, or it can't be read; the clock then starts from the wall clock.
    static func read(_ folder: String) -> ClockAnchor? {
        guard let data = FileManager.default.contents(atPath: folder + "/clock.json") else { return nil }
        return try? JSONDecoder().decode(ClockAnchor.self, from: data)
    }

    static func write(_ anchor: ClockAnchor, _ folder: String) throws {
        try JSONEncoder().encode(anchor).write(to: URL(fileURLWithPath: folder + "/clock.json"), options: .atomic)
    }
}
