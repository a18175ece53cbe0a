import Advisor
import ArgumentParser
import FleetModel
import Foundation
import WireModel

/// Prices of rented machines that this user imported: a table for each provider.
enum ImportedPrices {
    /// The largest table that is read: SkyPilot's of AWS has 4 MB.
    private static let most = 64_000_000

    private static var folder: String { configuration + "/prices" }

    /// Where this user's own things for the advisor lie.
    static var configuration: String {
        let environment = ProcessInfo.processInfo.environment
        if let folder = environment["XDG_CONFIG_HOME"], folder.hasPrefix("/") { return folder + "/carrel" }
        return (environment["HOME"] ?? "/nonexistent") + "/.config/carrel"
    }

    /// All that can be read; a file that can't is said and left out.
    static func all() -> [RentalPrice] {
        let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".csv") }
            .sorted()
        return files.flatMap { file -> [RentalPrice] in
            let path = folder + "/" + file
            do { return try RentalPrice.table(try text(of: path)) } catch {
                Exit.say("\(path) was left out: \(error). Import it again, or delete it.")
                return []
            }
        }
    }

    static func text(of file: String) throws -> String {
        String(decoding: try bytes(of: file, atMost: most), as: UTF8.self)
    }

    static func bytes(of file: String, atMost most: Int) throws -> [UInt8] {
        guard let handle = FileHandle(forReadingAtPath: file) else {
            Exit.say("\(file.shown) can't be read. Nothing was changed.")
            throw ExitCode(66)
        }
        defer { try? handle.close() }
        guard let data = try? handle.read(upToCount: most + 1) ?? Data() else {
            Exit.say("\(file.shown) can't be read: is it a file? Nothing was changed.")
            throw ExitCode(66)
        }
        guard data.count <= most else {
            Exit.say("\(file.shown) has more than \(most / 1_000_000) MB, which is more than is read. Nothing was changed.")
            throw ExitCode(65)
        }
        return [UInt8](data)
    }

    /// What was said, or when the file was written.
    static func day(_ given: String?, _ file: String) throws -> CivilDate {
        if let given, let day = CivilDate(given) { return day }
        let written = try FileManager.default.attributesOfItem(atPath: file)[.modificationDate] as? Date ?? Date()
        let text = Timestamp(milliseconds: Int64(written.timeIntervalSince1970 * 1_000)).utcText.prefix(10)
        guard let day = CivilDate(String(text)) else {
            Exit.say("\(file.shown) was written on a day that can't be: say --date.")
            throw ExitCode(64)
        }
        return day
    }

    /// Whole or not at all.
    static func keep(_ prices: [RentalPrice], provider: String) throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        var text =
            "provider,region,instance,accelerator,count,vcpus,memoryGiB,onDemandUSD,spotUSD,reserved1yUSD,date,source\n"
        for price in prices {
            text += row(price).map(CSV.quoted).joined(separator: ",") + "\n"
        }
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(provider).csv"), options: .atomic)
    }

    private static func row(_ price: RentalPrice) -> [String] {
        let memory = price.memory.map { "\(Double($0.bytes) / 1_073_741_824)" }, cores = price.cores.map(String.init)
        var row = [price.provider, price.region, price.instance, price.accelerator, "\(price.count)"]
        row += [cores ?? "", memory ?? "", exact(price.onDemand)]
        row += [price.spot.map(exact) ?? "", price.reserved.map(exact) ?? "", price.date.text, price.source]
        return row
    }

    /// With all six digits.
    private static func exact(_ cost: Cost) -> String {
        "\(cost.micros / 1_000_000).\("\(1_000_000 + cost.micros % 1_000_000)".dropFirst())"
    }
}
