import CLinux
import FleetModel
import Glibc

/// Keeps the first and the last part of each log: what lies between is given back to the disk, in large steps.
struct LogBound {
    private let keep: Int64
    private let step: Int64
    private(set) var dueAt: Int64?

    init(keep: Int64) {
        // Whole blocks, so that a gap's edges are where they are said to be.
        self.keep = max(1, (keep + 4_095) / 4_096) * 4_096
        step = max(65_536, min(64 << 20, self.keep / 4 / 4_096 * 4_096))
    }

    mutating func schedule(at time: Int64?) { dueAt = time }

    func bound(_ folder: AttemptFolder, warn: (String) -> Void) {
        for file in [AttemptFolder.File.out, .err] {
            let path = folder.file(file)
            guard let info = Files.status(path), Int64(info.st_size) > 2 * keep + step else { continue }
            guard Int64(info.st_blocks) * 512 > 2 * keep + step else { continue }
            guard let log = try? Descriptor.open(path, O_WRONLY) else { continue }
            let end = (Int64(info.st_size) - keep) / 4_096 * 4_096
            let result = linux_punch_hole(log.number, keep, end - keep)
            if result == -EOPNOTSUPP {
                warn("the data directory's file system can't shorten logs in place; they grow without bound")
            } else if result < 0 {
                warn(SystemFailure("shorten \(path)", -result).text)
            }
        }
    }
}

extension LauncherLoop {
    /// Once a second, while something runs that may write.
    func boundLogs() {
        let running = attempts.values.filter { $0.phase == .running }
        guard !running.isEmpty else { return logs.schedule(at: nil) }
        guard let due = logs.dueAt else { return logs.schedule(at: now + 1_000) }
        guard due <= now else { return }
        for attempt in running { logs.bound(attempt.folder, warn: warn) }
        logs.schedule(at: now + 1_000)
    }
}
