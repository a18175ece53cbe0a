import FleetModel
import Glibc

/// The thread that looks at devices, one GPU after the other. It may hang in any of its calls: `WatchDesk.busy` says where.
struct WatchWorker {
    private let desk: WatchDesk
    private let reporter: WatchReporter
    private let root: String
    private var gpus: [Watched] = []
    private var nvidia: NVIDIAWatch?
    private var amd: AMDReadings
    private var minors: [DeviceKey: Int] = [:]
    private var hasKernelLog = false

    private struct Watched {
        let gpu: String
        let vendor: DeviceVendor
        let address: String?
        var keys: [DeviceKey]
        var period: TimeSpan
        var due: SuspendingClock.Instant
    }

    init(desk: WatchDesk, reporter: WatchReporter, root: String) {
        self.desk = desk
        self.reporter = reporter
        self.root = root
        amd = AMDReadings(root: root)
    }

    mutating func run() -> Never {
        while true {
            if let list = desk.newList() { adopt(list) }
            if let examination = desk.nextExamination() {
                examine(examination)
                continue
            }
            let now = SuspendingClock.now
            guard let next = gpus.indices.min(by: { gpus[$0].due < gpus[$1].due }), gpus[next].due <= now else {
                desk.wait(until: gpus.map(\.due).min() ?? now + .seconds(3_600))
                continue
            }
            for reading in look(gpus[next], gpus[next].keys, .sample) { reporter.tell(.reading(reading)) }
            // Counted from when it was due, so that the rate holds. What was missed is not made up for, and a driver that is
            // slow gets time to breathe.
            let period = gpus[next].period.duration
            gpus[next].due = max(gpus[next].due + period, .now + period / 4)
        }
    }

    private mutating func adopt(_ list: WatchList) {
        var adopted: [Watched] = []
        for device in list.devices {
            if let place = adopted.firstIndex(where: { $0.gpu == device.gpu }) {
                adopted[place].keys.append(device.key)
                adopted[place].period = min(adopted[place].period, device.period)
                continue
            }
            let before = gpus.first { $0.gpu == device.gpu }
            adopted.append(
                Watched(
                    gpu: device.gpu, vendor: device.vendor, address: device.pciAddress, keys: [device.key],
                    period: device.period, due: before?.due ?? .now))
            if before == nil { minors[device.key] = device.minor }
        }
        let now = SuspendingClock.now
        for place in adopted.indices {
            // A lease begins: a look now divides what it uses from what was used before.
            if let before = gpus.first(where: { $0.gpu == adopted[place].gpu }), adopted[place].period < before.period {
                adopted[place].due = now
            }
            adopted[place].due = min(adopted[place].due, now + adopted[place].period.duration)
        }
        gpus = adopted
        if let start = list.kernelLog, !hasKernelLog {
            hasKernelLog = KernelLogReader(desk: desk, reporter: reporter, path: "\(root)/dev/kmsg").start(from: start)
        }
    }

    private mutating func examine(_ examination: WatchDesk.Examination) {
        for gpu in gpus {
            let keys = gpu.keys.filter { examination.keys.contains($0) }
            guard !keys.isEmpty else { continue }
            for reading in look(gpu, keys, .examine) { reporter.tell(.examined(id: examination.id, reading)) }
        }
    }

    private mutating func look(_ gpu: Watched, _ keys: [DeviceKey], _ depth: LookDepth) -> [DeviceReading] {
        switch gpu.vendor {
        case .amd: return desk.whileBusy(with: gpu.gpu) { keys.map { amd.read($0, at: gpu.address, depth) } }
        case .nvidia:
            let nvidia = openedDriver()
            let (readings, minor) = desk.whileBusy(with: gpu.gpu) {
                let readings = nvidia.readings.read(keys, at: gpu.address, depth)
                let found = nvidia.readings.found(at: gpu.address, keys[0])
                if let found { nvidia.events.listen(to: found, gpu.gpu) }
                return (readings, found?.minor)
            }
            for key in keys where minor != nil && minors[key] != minor {
                minors[key] = minor
                reporter.tell(.minor(key, minor ?? 0))
            }
            return readings
        }
    }

    /// Without a driver there is nothing to do here: whoever started this process starts another one later, with the
    /// library and the driver that are there then.
    private mutating func openedDriver() -> NVIDIAWatch {
        if let nvidia { return nvidia }
        let path = InventoryReader.namedLibrary ?? NVMLLibrary.standardName
        let opened = desk.whileBusy(with: nil) { NVIDIAWatch.open(path, root: root, desk, reporter) }
        switch opened {
        case .success(let opened):
            nvidia = opened
            return opened
        case .failure(let problem):
            reporter.tell(.failed(problem))
            for key in gpus.filter({ $0.vendor == .nvidia }).flatMap(\.keys) {
                reporter.tell(.reading(DeviceReading(key, contact: .unreadable(words: problem.shortWords))))
            }
            _exit(0)
        }
    }
}

/// The NVIDIA driver, opened for watching.
struct NVIDIAWatch {
    let readings: NVMLReadings
    let events: EventListeners

    static func open(
        _ path: String, root: String, _ desk: WatchDesk, _ reporter: WatchReporter
    ) -> Result<NVIDIAWatch, InventoryProblem> {
        do {
            let library = try NVMLLibrary(path: path)
            try library.start()
            return .success(
                NVIDIAWatch(
                    readings: NVMLReadings(library: library, root: root),
                    events: EventListeners(library: library, desk: desk, reporter: reporter)))
        } catch let failure as NVMLFailure {
            return .failure(.driverCallFailed(call: failure.call, code: failure.code))
        } catch let failure as NVMLLibrary.OpenFailure {
            return .failure(.libraryNotLoaded(path: path, detail: failure.detail))
        } catch {
            return .failure(.libraryNotLoaded(path: path, detail: "no reason given"))
        }
    }
}
