import Advisor
package import ArgumentParser
import CatalogueFiles
import FleetModel
import Foundation

/// `carrel catalog`: prices of rented machines beside those that are built in.
package struct CatalogCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "catalog", abstract: "Import prices of rented machines for carrel plan cost.",
        subcommands: [CatalogImportCommand.self])

    package init() {}
}

/// `carrel catalog import`: a table in SkyPilot's form.
package struct CatalogImportCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take in a CSV file in the form of SkyPilot's catalogue.",
        usage: "carrel catalog import FILE --provider NAME [--date 2026-11-22]",
        discussion: """
            The file has the columns InstanceType, vCPUs, MemoryGiB, AcceleratorName, AcceleratorCount, Price, SpotPrice and Region. \
            What was imported for the provider before is replaced. Prices are kept in your own folder (~/.config/carrel/prices).

            Example:
              carrel catalog import aws/vms.csv --provider aws --date 2026-11-22
            """)

    @Argument(help: "The file.", completion: .file(extensions: ["csv"]))
    package var file: String

    @Option(parsing: .unconditional, help: "Whose prices they are: aws, gcp, azure, …")
    package var provider: String

    @Option(parsing: .unconditional, help: "When they were seen; otherwise the file's own date.")
    package var date: String?

    package init() {}

    package mutating func validate() throws {
        let plain = provider.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
        guard plain, (1...32).contains(provider.utf8.count) else {
            throw ValidationError("--provider is a word of small letters, digits and strokes: aws, lambda-cloud.")
        }
        if let date, CivilDate(date) == nil { throw ValidationError("--date \(date) is no day. Example: 2026-11-22") }
    }

    package mutating func run() async throws {
        let text = try ImportedPrices.text(of: file), day = try ImportedPrices.day(date, file)
        let found: RentalPrice.Import
        do throws(TableText.ParseError) {
            found = try RentalPrice.skyPilot(text, provider: provider, date: day) { name in
                guard case .found(let found) = BuiltInTables.catalogue.find(name) else { return nil }
                return found[0].name
            }
        } catch {
            Exit.say("\(file): \(error). Nothing was changed.")
            throw ExitCode(65)
        }
        guard !found.prices.isEmpty else {
            Exit.say("\(file) has no row with an accelerator and a price (\(found.skipped) others). Nothing was changed.")
            throw ExitCode(65)
        }
        try ImportedPrices.keep(found.prices, provider: provider)
        Terminal.write(
            "\(found.prices.count) prices of \(provider) from \(day.text) are kept; \(found.skipped) rows have no accelerator or no price.\n"
        )
    }
}
