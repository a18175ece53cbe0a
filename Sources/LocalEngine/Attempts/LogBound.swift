import CLinux
import FleetModel
import Glibc

/// Keeps the first and the last part of each log: what lies between is given back to the disk, in large steps. Judged by
/// what is allocated, since work holds its log open and may say of its length what it likes.
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

    /// Returns whether one could not be opened now, and is to be looked at again.
    @discardableResult
    func bound(_ folder: AttemptFolder, warn: (String) -> Void) -> Bool {
        var isHeld = false
        for file in AttemptFolder.logs {
            let path = folder.file(file)
            guard let info = Files.ownStatus(path), info.allocated > 2 * keep + step else { continue }
            let log: Descriptor
            do throws(SystemFailure) { log = try folder.openShared(file, O_WRONLY) } catch {
                isHeld = isHeld || error.isExhaustion
                continue
            }
            do throws(SystemFailure) {
                try dropMiddle(of: log, Int64(info.st_size), path)
                try dropBeyondEnd(of: log, path)
            } catch {
                let isUnable = error.number == EOPNOTSUPP
                let words = "the data directory's file system can't shorten logs in place; they grow without bound"
                warn(isUnable ? words : error.text)
            }
        }
        return isHeld
    }

    private func dropMiddle(of log: Descriptor, _ size: Int64, _ path: String) throws(SystemFailure) {
        guard size > 2 * keep + step else { return }
        let end = (size - keep) / 4_096 * 4_096
        _ = try checked(linux_punch_hole(log.number, keep, end - keep), "shorten \(path)")
    }

    /// Work may have room allocated beyond its log's end, where the length doesn't show it. Some file systems allocate
    /// a little by themselves, for what may be appended.
    private func dropBeyondEnd(of log: Descriptor, _ path: String) throws(SystemFailure) {
        let most = 2 * keep + 3 * step
        guard let info = Files.status(of: log), info.allocated > most else { return }
        // So far beyond the end that nothing which is appended at this moment gets there.
        let start = (Int64(info.st_size) + step) / 4_096 * 4_096
        if start < Int64.max - 4_096 { _ = linux_punch_hole(log.number, start, Int64.max - 4_096 - start) }
        guard let left = Files.status(of: log), left.allocated > most else { return }
        // ext4 gives nothing back beyond the end but by cutting there. What is appended just now is lost, to work that
        // has allocated far more than it wrote.
        guard ftruncate(log.number, left.st_size) == 0 else { throw SystemFailure("shorten \(path)") }
    }
}

extension stat {
    /// What it occupies on the disk, in bytes.
    fileprivate var allocated: Int64 { Int64(st_blocks) * 512 }
}

extension LauncherLoop {
    /// The logs of what is over, once more while somebody holds a lease on one: the kernel ends that within a minute.
    func boundFinally(_ folder: AttemptFolder, tries: Int = 90) {
        guard logs.bound(folder, warn: warn), tries > 1 else { return }
        // Whatever becomes of the server.
        ownLater.append((now + 1_000, { [weak self] in self?.boundFinally(folder, tries: tries - 1) }))
    }

    /// Once a second, while something runs that may write.
    func boundLogs() {
        let running = attempts.values.filter { $0.phase == .running }
        guard !running.isEmpty else { return logs.schedule(at: nil) }
        guard let due = logs.dueAt else { return logs.schedule(at: now + 1_000) }
        guard due <= now else { return }
        for attempt in running {
            logs.bound(attempt.folder, warn: warn)
            ProgressFile.bound(attempt.folder)
        }
        logs.schedule(at: now + 1_000)
    }
}
