import ChildProcess
import CNVML
import FleetModel
import Glibc
import Synchronization

/// Listens to the driver's events, a thread for each GPU: so that one that hangs holds up no other, and no set of events
/// changes while it is waited for.
final class EventListeners: Sendable {
    /// How long a call waits. Events end it at once.
    private static let wait: UInt32 = 5_000
    /// After a failure a GPU is not asked again for so long.
    private static let pause = Duration.seconds(60)
    /// The kernel's log tells of the same incident a moment before or after, and knows more.
    private static let kernelLogHead: UInt32 = 100_000

    private let library: NVMLLibrary
    private let desk: WatchDesk
    private let reporter: WatchReporter
    /// Listened to, or not to be asked before then.
    private let known = Mutex<[String: SuspendingClock.Instant?]>([:])

    init(library: NVMLLibrary, desk: WatchDesk, reporter: WatchReporter) {
        self.library = library
        self.desk = desk
        self.reporter = reporter
    }

    /// Starts listening where nobody does. Calls the driver.
    func listen(to found: NVMLReadings.FoundGPU, _ gpu: String) {
        let isDue = known.withLock { known in
            guard let pausedUntil = known[gpu] else { return true }
            return pausedUntil.map { $0 <= .now } ?? false
        }
        guard isDue else { return }
        var instances: [UInt32: DeviceKey] = [:]
        if found.isSliced {
            for (key, slice) in found.handles {
                if let number = try? library.gpuInstance(slice) { instances[number] = key }
            }
        }
        desk.setInstances(instances, of: gpu)
        let until = SuspendingClock.now + Self.pause
        known.withLock { $0[gpu] = .some(until) }
        guard let set = try? library.makeEventSet() else { return }
        guard (try? library.listen(to: found.whole, set)) == true else {
            library.free(set)
            return
        }
        known.withLock { $0[gpu] = .some(nil) }
        let bits = UInt(bitPattern: set)
        if !OwnThread.start({ self.wait(on: bits, gpu) }) { end(gpu, set) }
    }

    private func wait(on bits: UInt, _ gpu: String) {
        guard let set = cnvml_event_set(bitPattern: bits) else { return }
        while desk.watches(gpu: gpu) {
            let asked = SuspendingClock.now
            do {
                if let event = try library.waitForEvent(set, milliseconds: Self.wait) {
                    tell(event, gpu)
                    continue
                }
            } catch { break }
            // One that doesn't wait must not keep a core busy.
            if asked.duration(to: .now) < .milliseconds(10) { usleep(Self.kernelLogHead) }
        }
        end(gpu, set)
    }

    private func end(_ gpu: String, _ set: cnvml_event_set) {
        library.free(set)
        let until = SuspendingClock.now + Self.pause
        known.withLock { $0[gpu] = .some(until) }
    }

    private func tell(_ event: NVMLLibrary.Event, _ gpu: String) {
        let kind: DeviceIncident.Kind =
            switch event.kind {
            case .xid(let number): .xid(number)
            case .doubleBitError: .uncorrectedError
            }
        if desk.isKernelLogRead { usleep(Self.kernelLogHead) }
        for device in desk.devices(of: gpu, instance: event.gpuInstance) where desk.isNew(kind, of: device, age: .zero) {
            reporter.tell(.incident(WatchReport.ToldIncident(device: device, kind: kind, age: .zero)))
        }
    }
}
