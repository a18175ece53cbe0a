import ArgumentParser
import FleetModel
import LocalEngine

/// Reads `--keep-logs`, `--logs-limit` and `--keep-events`.
enum Retention {
    /// An audit of a year, and a month to write it.
    static let usualEvents = TimeSpan.days(400)
    /// Keys of idempotent requests are remembered for a week, and must not outlive what they answer with.
    static let shortestEvents = TimeSpan.days(7)

    /// - Parameter events: `--keep-events`: output without the record of what it belongs to could not be asked for.
    static func logs(keep: String?, limit: String?, events: String?) throws -> LogRetention {
        var retention = LogRetention()
        let longest = try Self.events(events) ?? .forever
        if let keep {
            retention.longest = keep == "0" ? .zero : try span(keep, "--keep-logs", "30d, 12h, forever or 0")
            guard retention.longest <= longest else {
                throw ValidationError(
                    "Output would be kept for \(keep) and the records that it belongs to for \(longest.text) only. "
                        + "Let --keep-events be as long as --keep-logs, at least.")
            }
        } else {
            retention.longest = min(retention.longest, longest)
        }
        switch limit {
        case nil: break
        case "0": retention.limit = .zero
        case "none": retention.limit = MemoryBytes(.max)
        case .some(let text):
            do throws(MemoryBytes.ParseError) { retention.limit = try MemoryBytes(parsing: text) } catch {
                throw ValidationError("“\(text)” is no amount for --logs-limit; write 50GB, 500MiB, none or 0.")
            }
        }
        return retention
    }

    /// nil: for ever.
    static func events(_ keep: String?) throws -> TimeSpan? {
        guard let keep else { return usualEvents }
        let span = try span(keep, "--keep-events", "400d or forever")
        guard span >= shortestEvents else {
            throw ValidationError("Events are kept for at least 7d; --keep-events \(keep) is shorter.")
        }
        return span == .forever ? nil : span
    }

    private static func span(_ text: String, _ option: String, _ examples: String) throws -> TimeSpan {
        if text == "forever" { return .forever }
        // A bare number would be minutes, which nobody means here.
        guard !text.allSatisfy(\.isNumber) else {
            throw ValidationError("“\(text)” has no unit; \(option) takes \(examples).")
        }
        do throws(TimeSpan.ParseError) { return try TimeSpan(parsing: text) } catch {
            throw ValidationError("“\(text)” is no length of time; \(option) takes \(examples).")
        }
    }
}
