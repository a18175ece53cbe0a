package import Advisor
import CCatalogue

/// The tables that are built into the binary. Tests read every row: they can't be wrong at run time.
package enum BuiltInTables {
    /// All accelerators.
    package static let catalogue: Catalogue = {
        do throws(TableText.ParseError) { return try Catalogue(table: text(ccatalogue_accelerators)) } catch {
            preconditionFailure("accelerators.csv: \(error)")
        }
    }()

    /// Prices of rented machines.
    package static let rentalPrices: [RentalPrice] = {
        do throws(TableText.ParseError) { return try RentalPrice.table(text(ccatalogue_cloud_prices)) } catch {
            preconditionFailure("cloud-prices.csv: \(error)")
        }
    }()

    private static func text(_ table: (UnsafeMutablePointer<UInt>?) -> UnsafePointer<UInt8>?) -> String {
        var length: UInt = 0
        guard let start = table(&length) else { return "" }
        return String(decoding: UnsafeBufferPointer(start: start, count: Int(length)), as: UTF8.self)
    }
}
