import CheckoutService
import Foundation
import HTTPAPI
import LeaseLedger

/// Runs a program with each notice to a user, in the order of the log, one at a time. It keeps its place in a file: after a
/// restart no notice is left out, and at most the last one is told again.
struct NoticeHook: Sendable {
    let service: CheckoutService
    let program: String
    /// The folder of the database.
    let folder: String
    let runs = NoticeRuns()

    /// How long the program may take.
    private static let patience = Duration.seconds(30)
    private static let pageSize = 500
    /// A place that is older costs only time after a restart.
    private static let keepsPlaceEvery: Int64 = 2_000

    private var file: URL { URL(fileURLWithPath: folder + "/notices.json") }

    private struct Place: Codable { var after: Int64 }

    /// Runs until cancelled.
    func run() async {
        // What was before the hook is nobody's news.
        var place = readPlace() ?? service.state.sequence
        var kept = place
        keep(place)
        while !Task.isCancelled {
            let changes = service.writer.publisher.changes()
            do {
                let page = try await service.archive.events(after: place, limit: Self.pageSize)
                for event in page {
                    if let notice = try await Notices.view(of: event, service) {
                        guard await tell(try JSONEncoder().encode(notice), event.sequence) else { return }
                        keep(event.sequence)
                        kept = event.sequence
                    }
                    place = event.sequence
                }
                if place - kept >= Self.keepsPlaceEvery {
                    keep(place)
                    kept = place
                }
                if page.count == Self.pageSize { continue }
            } catch ArchiveError.eventsDeleted(let first) {
                place = max(place, first - 1)
                continue
            } catch ArchiveError.eventsAhead(let last) {
                // Of a time before a backup was put back.
                place = last
                continue
            } catch {
                complain("notices could not be read, and are tried again: \(error)")
                try? await Task.sleep(for: .seconds(5))
                continue
            }
            for await _ in changes { break }
        }
    }

    /// False: the server ends, and the notice is to be told again.
    private func tell(_ notice: Data, _ sequence: Int64) async -> Bool {
        switch await NoticeProgram.run(program, input: [UInt8](notice), patience: Self.patience, in: runs) {
        case .exited(0): break
        case .broken: return false
        case .exited(let code): complain("\(program) ended with \(code) for the notice of event \(sequence)")
        case .signalled(let signal): complain("\(program) was ended by signal \(signal) for the notice of event \(sequence)")
        case .late:
            complain("\(program) took more than \(Self.patience.components.seconds) s for the notice of event \(sequence)")
        case .notStarted(let words): complain("\(program) could not be run for the notice of event \(sequence): \(words)")
        }
        return true
    }

    private func readPlace() -> Int64? {
        guard let data = FileManager.default.contents(atPath: file.path) else { return nil }
        return (try? JSONDecoder().decode(Place.self, from: data))?.after
    }

    private func keep(_ place: Int64) {
        do { try JSONEncoder().encode(Place(after: place)).write(to: file, options: .atomic) } catch {
            complain("the place in the notices could not be kept, so that they may be told again: \(error)")
        }
    }
}
