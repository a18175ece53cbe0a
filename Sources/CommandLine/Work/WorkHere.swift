import ArgumentParser
import Foundation
import Glibc
import WireClient
import WireModel

/// What work takes along from where it is asked for.
struct WorkHere {
    let directory: String
    let environment: [String]

    init() throws {
        guard let directory = Self.currentDirectory else {
            Exit.say("the current folder is not there any more; go to one that exists and run it again")
            // As where the server finds that the work's folder is gone.
            throw ExitCode(126)
        }
        self.directory = directory
        let variables = ProcessInfo.processInfo.environment.filter { $0.key != "CARREL_TOKEN" }
        environment = variables.map { "\($0.key)=\($0.value)" }.sorted()
    }

    /// nil: it has been deleted.
    private static var currentDirectory: String? {
        guard let path = getcwd(nil, 0) else { return nil }
        defer { free(path) }
        return String(cString: path)
    }
}

extension CheckoutClient {
    /// Asks with a key of its own, so that asking again after a break can't make two requests.
    func submit(_ request: NewRequest) async throws(ClientError) -> RequestView {
        let key = UUID().uuidString
        var tries = 0
        while true {
            do throws(ClientError) {
                return try await send(
                    .post, "/v1/requests", request, as: RequestView.self, headers: ["idempotency-key": key])
            } catch {
                guard case .interrupted = error, tries < 50 else { throw error }
                tries += 1
                try? await Task.sleep(for: .milliseconds(200))
            }
        }
    }
}
