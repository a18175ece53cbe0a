import ChildProcess
import FleetModel
import Glibc

/// Reads the kernel's log for what it says of GPUs, on a thread of its own. Many systems let only root read it; then the
/// driver's events are all there is.
struct KernelLogReader {
    let desk: WatchDesk
    let reporter: WatchReporter
    let path: String

    /// False: it can't be read, which was reported.
    func start(from start: KernelLogStart) -> Bool {
        let file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else {
            reporter.tell(.kernelLogClosed(errno: errno))
            return false
        }
        desk.setKernelLogRead()
        return OwnThread.start { follow(file, from: start) }
    }

    private func follow(_ file: Int32, from start: KernelLogStart) {
        var cutter = LineCutter()
        // A record of the kernel's log has at most 8 KiB, and each `read` gives one.
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = read(file, &buffer, buffer.count)
            if count > 0 {
                for line in cutter.lines(buffer[..<count]) ?? [] {
                    KernelLogRecord(String(decoding: line, as: UTF8.self)[...]).map { take($0, from: start) }
                }
                continue
            }
            // EPIPE: records were overwritten before they were read; the next one follows.
            if count < 0, errno == EINTR || errno == EPIPE { continue }
            if count < 0, errno != EAGAIN {
                reporter.tell(.kernelLogClosed(errno: errno))
                return
            }
            var waiting = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
            // A file that isn't the kernel's is always ready, and ends.
            if count == 0 || poll(&waiting, 1, -1) <= 0 { usleep(100_000) }
        }
    }

    private func take(_ record: KernelLogRecord, from start: KernelLogStart) {
        guard let line = KernelLogLine(record.message) else { return }
        let age = TimeSpan(milliseconds: max(0, MonotonicTime.milliseconds - Int64(record.microseconds / 1_000)))
        switch start {
        case .after(let sequence): guard record.sequence > sequence else { return }
        case .since(let span): guard age <= span else { return }
        }
        for device in desk.devices(of: line.address, instance: line.gpuInstance)
        where desk.isNew(.xid(line.xid), of: device, age: age) {
            reporter.tell(
                .incident(
                    WatchReport.ToldIncident(
                        device: device, kind: .xid(line.xid), age: age, pid: line.pid, command: line.command)))
        }
        reporter.tell(.kernelLogRead(record.sequence))
    }
}
