import CNVML
import FleetModel

/// The calls that say whether a device is well. Each gives nil where the device or its driver has no such thing.
extension NVMLLibrary {
    enum MemoryError: UInt32 {
        case corrected = 0
        case uncorrected = 1
    }

    /// Since the driver was loaded.
    func memoryErrors(_ kind: MemoryError, _ device: cnvml_device) throws(NVMLFailure) -> Int64? {
        var count: UInt64 = 0
        return try whereSupported { () throws(NVMLFailure) in
            try call("nvmlDeviceGetTotalEccErrors", as: cnvml_ecc_call.self) { $0(device, kind.rawValue, 0, &count) }
            return Int64(clamping: count)
        }
    }

    /// Ampere and later.
    func rows(_ device: cnvml_device) throws(NVMLFailure) -> RowRemapping? {
        var corrected: UInt32 = 0, uncorrected: UInt32 = 0, pending: UInt32 = 0, failed: UInt32 = 0
        return try whereSupported { () throws(NVMLFailure) in
            try call("nvmlDeviceGetRemappedRows", as: cnvml_rows_call.self) {
                $0(device, &corrected, &uncorrected, &pending, &failed)
            }
            return RowRemapping(
                corrected: Int(corrected), uncorrected: Int(uncorrected), isPending: pending != 0, hasFailed: failed != 0)
        }
    }

    /// nil also for an action that is not known here: it is then not known what the driver wants.
    func recovery(_ device: cnvml_device) throws(NVMLFailure) -> RecoveryAction? {
        guard let value = try field(UInt32(cnvml_field_recovery_action), device) else { return nil }
        return Int(exactly: value).flatMap { RecoveryAction(rawValue: $0) }
    }

    /// A whole number that is asked for by its own number; nil: not supported, or no whole number.
    private func field(_ number: UInt32, _ device: cnvml_device) throws(NVMLFailure) -> UInt64? {
        let name = "nvmlDeviceGetFieldValues"
        var value = cnvml_field_value()
        value.field = number
        let answered: Void? = try whereSupported { () throws(NVMLFailure) in
            try call(name, as: cnvml_fields_call.self) { $0(device, 1, &value) }
        }
        guard answered != nil else { return nil }
        // The call succeeds also where the field did not.
        let code = NVMLCode(value.code)
        // A driver that doesn't know the number says that the argument is wrong.
        if code.isOfVersion || code == .notSupported || code == .invalidArgument { return nil }
        guard code.number == 0 else { throw NVMLFailure(call: name, code: code) }
        switch value.type {
        case 1, 5: return value.value & 0xffff_ffff
        case 2, 3, 4: return value.value
        case 6: return value.value & 0xffff
        default: return nil
        }
    }
}
