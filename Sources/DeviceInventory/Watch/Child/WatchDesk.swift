import FleetModel
import Glibc
import Synchronization

/// What the threads of the watch process share: the orders, and what is being done.
final class WatchDesk: Sendable {
    private struct State {
        var list = WatchList(devices: [])
        var isListNew = false
        var examinations: [Examination] = []
        var busy: (gpu: String?, since: SuspendingClock.Instant)?
        /// The GPUs that were looked at to the end.
        var seen: Set<String> = []
        var incidents = IncidentFilter()
        /// For each GPU that has slices: its GPU instances and whose they are.
        var instances: [String: [UInt32: DeviceKey]] = [:]
        var isKernelLogRead = false
    }

    struct Examination: Sendable {
        let id: Int
        var keys: [DeviceKey]
    }

    private let state = Mutex(State())
    /// A byte in it wakes the looking thread.
    private let bell: (out: Int32, in: Int32)

    /// nil: the system gives no pipe.
    init?() {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        bell = (ends[0], ends[1])
    }

    func take(_ order: WatchOrder) {
        state.withLock { state in
            switch order {
            case .watch(let list):
                state.list = list
                state.isListNew = true
            case .examine(let id, let keys): state.examinations.append(Examination(id: id, keys: keys))
            case .stop: break
            }
        }
        var byte: UInt8 = 1
        _ = write(bell.in, &byte, 1)
    }

    /// Waits for an order, at most until then.
    func wait(until time: SuspendingClock.Instant) {
        let rest = max(.zero, SuspendingClock.now.duration(to: time))
        var waiting = pollfd(fd: bell.out, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, Int32(clamping: rest.wholeMilliseconds + 1)) > 0 else { return }
        var buffer = [UInt8](repeating: 0, count: 64)
        _ = read(bell.out, &buffer, buffer.count)
    }

    /// The list since it was last asked for; nil: it is the same.
    func newList() -> WatchList? {
        state.withLock { state in
            defer { state.isListNew = false }
            return state.isListNew ? state.list : nil
        }
    }

    func nextExamination() -> Examination? {
        state.withLock { $0.examinations.isEmpty ? nil : $0.examinations.removeFirst() }
    }

    /// What the looking thread does now; nil: nothing.
    var busy: WatchReport.Busy? {
        state.withLock { state in
            state.busy.map { gpu, since in
                WatchReport.Busy(
                    gpu: gpu, milliseconds: since.duration(to: .now).wholeMilliseconds,
                    isFirst: gpu.map { !state.seen.contains($0) } ?? true)
            }
        }
    }

    /// Says what is being done while it is done, in case it never ends. `gpu` nil: the driver as a whole.
    func whileBusy<Value>(with gpu: String?, _ work: () -> Value) -> Value {
        state.withLock { $0.busy = (gpu, .now) }
        defer {
            state.withLock { state in
                state.busy = nil
                if let gpu { state.seen.insert(gpu) }
            }
        }
        return work()
    }

    func watches(gpu: String) -> Bool {
        state.withLock { state in state.list.devices.contains { $0.gpu == gpu } }
    }

    func setInstances(_ instances: [UInt32: DeviceKey], of gpu: String) {
        state.withLock { $0.instances[gpu] = instances }
    }

    func setKernelLogRead() { state.withLock { $0.isKernelLogRead = true } }

    /// The kernel's log will tell of the same incidents, with the process that they are laid to.
    var isKernelLogRead: Bool { state.withLock(\.isKernelLogRead) }

    /// Which devices an incident concerns: the slice that is named, or else all of the GPU.
    func devices(of gpu: String, instance: UInt32?) -> [DeviceKey] {
        state.withLock { state in
            if let instance, let slice = state.instances[gpu]?[instance] { return [slice] }
            return (state.list.devices + state.list.heardOf).filter { $0.gpu == gpu }.map(\.key)
        }
    }

    /// Whether an incident has not been told yet.
    func isNew(_ kind: DeviceIncident.Kind, of device: DeviceKey, age: TimeSpan) -> Bool {
        let now = MonotonicTime.milliseconds
        return state.withLock {
            $0.incidents.admits(device, kind, at: Timestamp(milliseconds: now - age.milliseconds))
        }
    }
}

extension Duration {
    var wholeMilliseconds: Int64 { components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000 }
}

/// The clock that the kernel's log is written by.
enum MonotonicTime {
    static var milliseconds: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}
