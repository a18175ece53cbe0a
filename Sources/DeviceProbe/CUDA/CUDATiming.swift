import CCUDA

extension CUDASession {
    /// The seconds that the device took for what `work` asks of it, by the device's own clock, which counts half
    /// microseconds. Waits for its end.
    func seconds(_ work: () throws(CUDAFailure) -> Void) throws(CUDAFailure) -> Double {
        let start = try makeEvent(), end = try makeEvent()
        defer {
            // An event that can't be given back goes with the process.
            for event in [start, end] {
                try? library.call("cuEventDestroy_v2", "cuEventDestroy", as: ccuda_event_call.self) { $0(event) }
            }
        }
        try record(start)
        try work()
        try record(end)
        try library.call("cuEventSynchronize", as: ccuda_event_call.self) { $0(end) }
        var milliseconds: Float = 0
        // The second version came with CUDA 12.8 and takes the same.
        try library.call("cuEventElapsedTime", "cuEventElapsedTime_v2", as: ccuda_elapsed_call.self) {
            $0(&milliseconds, start, end)
        }
        return Double(milliseconds) / 1_000
    }

    private func makeEvent() throws(CUDAFailure) -> ccuda_event? {
        var event: ccuda_event?
        try library.call("cuEventCreate", as: ccuda_event_create_call.self) { $0(&event, 0) }
        return event
    }

    private func record(_ event: ccuda_event?) throws(CUDAFailure) {
        try library.call("cuEventRecord", as: ccuda_event_record_call.self) { $0(event, nil) }
    }
}
