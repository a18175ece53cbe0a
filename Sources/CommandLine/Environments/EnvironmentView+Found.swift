package import Environments
import FleetModel
import Foundation
package import WireModel

extension EnvironmentView {
    /// One that Carrel made.
    package init(_ found: FoundEnvironment, isShared: Bool) {
        self.init(name: found.name, kind: "carrel", shared: isShared, folder: found.folder)
        python = found.record.python
        packages = found.record.packages.map { Package(name: $0.name, version: $0.version) }
        sizeBytes = found.record.sizeBytes
        createdAt = Self.text(found.record.createdAt)
        lastUsedAt = found.lastUsed.map(Self.text)
    }

    /// One that was found.
    init(_ found: ForeignEnvironment) {
        self.init(
            name: URL(fileURLWithPath: found.folder).lastPathComponent, kind: found.kind.rawValue, shared: false,
            folder: found.folder)
        python = found.python
    }

    private static func text(_ date: Date) -> String {
        Timestamp(milliseconds: Int64(date.timeIntervalSince1970) * 1_000).utcText
    }
}
