import CNVML

/// The calls that wait for what happens to GPUs.
extension NVMLLibrary {
    /// An event, with the handle of the GPU that it happened to.
    struct Event {
        let device: cnvml_device
        let kind: Kind
        /// The slice that it concerns; nil: the whole GPU.
        let gpuInstance: UInt32?

        enum Kind {
            case xid(Int)
            case doubleBitError
        }
    }

    func makeEventSet() throws(NVMLFailure) -> cnvml_event_set {
        var set: cnvml_event_set?
        try call("nvmlEventSetCreate", as: cnvml_make_events_call.self) { $0(&set) }
        guard let set else { throw NVMLFailure(call: "nvmlEventSetCreate", code: .notFound) }
        return set
    }

    /// Asks to be told of a GPU's grave errors, as far as it can tell. False: it can't. What happened before is not told.
    func listen(to device: cnvml_device, _ set: cnvml_event_set) throws(NVMLFailure) -> Bool {
        var supported: UInt64 = 0
        let answered: Void? = try whereSupported { () throws(NVMLFailure) in
            try call("nvmlDeviceGetSupportedEventTypes", as: cnvml_device_long_call.self) { $0(device, &supported) }
        }
        let wanted = UInt64(cnvml_event_critical_xid) | UInt64(cnvml_event_double_bit_error)
        guard answered != nil, supported & wanted != 0 else { return false }
        let registered: Void? = try whereSupported { () throws(NVMLFailure) in
            try call("nvmlDeviceRegisterEvents", as: cnvml_register_events_call.self) { $0(device, supported & wanted, set) }
        }
        return registered != nil
    }

    /// Blocks until something happens; nil: nothing did for so long, or something that was not asked for.
    func waitForEvent(_ set: cnvml_event_set, milliseconds: UInt32) throws(NVMLFailure) -> Event? {
        var event = cnvml_event()
        // The older call knows no instances and leaves these as they are: no instance.
        event.gpu_instance = .max
        event.compute_instance = .max
        do {
            try call("nvmlEventSetWait_v2", "nvmlEventSetWait", as: cnvml_wait_events_call.self) {
                $0(set, &event, milliseconds)
            }
        } catch {
            if error.code == .timeout { return nil }
            throw error
        }
        guard let device = event.device else { return nil }
        let instance = event.gpu_instance == .max ? nil : event.gpu_instance
        switch event.type {
        case UInt64(cnvml_event_critical_xid):
            return Event(device: device, kind: .xid(Int(clamping: event.data)), gpuInstance: instance)
        case UInt64(cnvml_event_double_bit_error):
            return Event(device: device, kind: .doubleBitError, gpuInstance: instance)
        default: return nil
        }
    }

    func free(_ set: cnvml_event_set) {
        try? call("nvmlEventSetFree", as: cnvml_free_events_call.self) { $0(set) }
    }
}
