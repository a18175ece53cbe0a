import FleetModel
import Glibc

extension InventoryProblem {
    /// For screens and logs: what happened, what that means, what to do next.
    package var text: String {
        switch self {
        case .libraryNotLoaded(let path, let detail):
            "The NVIDIA library \(path) can't be opened (\(detail)), so no NVIDIA GPU is offered. "
                + "Install the library that belongs to the driver, or correct the setting that names it."
        case .driverCallFailed(let call, let code): Self.driverText(call, code)
        case .gpuCallFailed(let index, let address, let call, let code):
            "\(Self.name(index, address)) is left out: \(code.words) (\(call), code \(code.number)). "
                + "The other GPUs are offered. \(Self.nextStep(code, address))"
        case .noSlices(let index, let address):
            "\(Self.name(index, address)) is left out: MIG is on and it has no slices. "
                + "Make some with nvidia-smi mig -cgi …, or turn MIG off with nvidia-smi -mig 0."
        case .keyNotUnique(let key):
            "Two devices say that they are \(key). One of them is offered. Check the drivers on this machine."
        case .fileUnusable(let address, let path):
            "The AMD GPU \(address) is left out: \(path) can't be read. The other GPUs are offered. "
                + "See the amdgpu lines of dmesg."
        case .builtInGraphics(let address, let memory):
            "The AMD device \(address) has \(memory.text) and looks like built-in graphics: it is not offered."
        case .driverSilent(let since):
            "The GPU driver has not answered since \(Self.clock(since)). The devices are shown as it last named them. "
                + "See dmesg for Xid lines; if it stays silent, restart the machine when its work is done."
        case .devicesSilent(let keys, let since):
            "The GPU driver has not answered for \(keys.map(\.name).joined(separator: ", ")) since \(Self.clock(since)). "
                + "The other devices are watched, and these are asked again from time to time. See dmesg for Xid lines."
        case .readersStuck(let count):
            "\(count) reading process\(count == 1 ? " hangs" : "es hang") in the GPU driver and can't be ended. Work that runs "
                + "goes on. See dmesg for Xid lines; if the driver stays silent, restart the machine when its work is done."
        case .kernelLogClosed(let number):
            "The kernel's log can't be read (\(String(cString: strerror(number)))): errors of GPUs are known from the driver's "
                + "events only. Run Carrel as root, or set kernel.dmesg_restrict to 0."
        case .readerFailed(let failure):
            "The devices could not be read: \(failure.words). They are shown as last read, and read again later."
        case .driverStarting(let since):
            "The GPU driver has not answered since \(Self.clock(since)): it is starting, or it hangs. GPUs are offered when it has "
                + "answered. A driver that stays awake answers at once: systemctl enable --now nvidia-persistenced."
        }
    }

    private static func driverText(_ call: String, _ code: NVMLCode) -> String {
        let what = "No NVIDIA GPU is offered: \(code.words) (\(call), code \(code.number)). "
        switch code {
        case .driverNotLoaded:
            return what + "Load it with modprobe nvidia; if that fails, dmesg says why."
        case .versionMismatch:
            return what + "The driver's packages were updated while the old driver runs. Work that runs goes on. "
                + "Restart the machine, or end what uses the GPUs and load the nvidia modules anew."
        case .functionNotFound:
            return what + "The NVIDIA library is too old or is not NVIDIA's. Install the one that belongs to the driver."
        default: return what + "See what nvidia-smi and dmesg say."
        }
    }

    private static func nextStep(_ code: NVMLCode, _ address: String?) -> String {
        let which = address.map { " -i \($0)" } ?? ""
        return switch code {
        case .noPermission, .operatingSystem:
            "Give Carrel access to the GPU's node under /dev, or don't count on this GPU."
        case .gpuLost: "Restart the machine; if it is lost again, check its power and its seat."
        case .resetRequired: "Reset it when nothing uses it: nvidia-smi --gpu-reset\(which)."
        default: "See what nvidia-smi -q\(which) and dmesg say."
        }
    }

    private static func name(_ index: Int, _ address: String?) -> String {
        "GPU \(index)" + (address.map { " (\($0))" } ?? "")
    }

    /// `2027-03-01 14:02:11 UTC`.
    private static func clock(_ time: Timestamp) -> String {
        var seconds = time_t(time.milliseconds / 1_000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(parts.tm_year + 1_900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday)) "
            + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) UTC"
    }
}

extension InventoryProblem {
    /// Why a device can't be read, in a few words.
    var shortWords: String {
        switch self {
        case .driverCallFailed(_, let code): code.words
        case .libraryNotLoaded(let path, _): "the NVIDIA library \(path) can't be opened"
        default: text
        }
    }
}

extension ReaderFailure {
    var words: String {
        switch self {
        case .notStarted(let executable, let number):
            "\(executable) could not be started (\(String(cString: strerror(number))))"
        case .exited(let code): "the reader ended without an answer, exit code \(code)"
        case .signalled(let number): "the reader was ended by signal \(number)"
        case .answerNotUnderstood(let bytes): "the reader's answer of \(bytes) bytes was not understood"
        case .closed: "the process that watches them has ended"
        case .answerTooLong(let limit): "the reader's answer was longer than \(limit) bytes"
        }
    }
}
