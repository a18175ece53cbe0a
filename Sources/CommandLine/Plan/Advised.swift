import Advice
import ArgumentParser
import Foundation
import ModelFiles

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

    /// In binary units with one digit: `18.9 GiB`, as drivers and `nvidia-smi` count.
    static func gibibytes(_ bytes: Int64) -> String {
        let tenths = (Double(bytes) / 107_374_182.4).rounded() / 10
        return tenths >= 100 ? "\(Int(tenths.rounded())) GiB" : "\(tenths) GiB"
    }

    /// `1.5 ms`, `12 s`, `3 h`.
    static func seconds(_ seconds: Double) -> String {
        func digits(_ number: Double) -> String {
            number >= 100
                ? "\(Int(number.rounded()))" : number >= 10 ? String(format: "%.1f", number) : String(format: "%.2f", number)
        }
        switch seconds {
        case ..<1e-3: return digits(seconds * 1e6) + " µs"
        case ..<1: return digits(seconds * 1e3) + " ms"
        case ..<120: return digits(seconds) + " s"
        case ..<7_200: return digits(seconds / 60) + " min"
        case ..<172_800: return digits(seconds / 3_600) + " h"
        default: return digits(seconds / 86_400) + " days"
        }
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
