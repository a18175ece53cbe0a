import Advice
import Advisor
import ArgumentParser
import FleetModel
import Foundation
import ModelFiles
import WireModel

/// Where errors of advice become words and an exit code.
enum Advised {
    static func run<Answer>(_ body: () throws -> Answer) throws -> Answer {
        do { return try body() } catch let error as AdviceError {
            Exit.say("\(error)")
            throw ExitCode(64)
        } catch let error as ModelFileError {
            Exit.say("\(error)")
            throw ExitCode(65)
        }
    }

    /// What renting costs today, by what is built in and what this user imported.
    static func rents() -> RentsToday { RentsToday(today, imported: ImportedPrices.all()) }

    static var today: CivilDate {
        let day = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)).utcText.prefix(10)
        return CivilDate(String(day)) ?? CivilDate.first
    }

    /// `4096`, `1.2e8`: sizes of tasks.
    static func size(_ size: Double) -> String {
        size < 1e7 ? "\(Int(size.rounded()))" : String(format: "%.2g", size)
    }

    /// - Parameter width: nil: nothing is broken.
    static func lines(_ title: String, _ lines: [String], width: Int? = Terminal.width(of: 1)) -> String {
        guard !lines.isEmpty else { return "" }
        return title + "\n"
            + lines.map { line in
                Wrapping.wrapped("- " + line, width: width.map { $0 - 4 }).split(separator: "\n")
                    .enumerated().map { ($0.offset == 0 ? "  " : "    ") + $0.element + "\n" }.joined()
            }.joined()
    }
}
