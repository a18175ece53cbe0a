/// What an NVML function returned.
package struct NVMLCode: Hashable, Codable, Sendable {
    package let number: Int32

    package init(_ number: Int32) { self.number = number }

    package static let invalidArgument = NVMLCode(2)
    package static let notSupported = NVMLCode(3)
    package static let noPermission = NVMLCode(4)
    package static let notFound = NVMLCode(6)
    package static let insufficientSize = NVMLCode(7)
    package static let driverNotLoaded = NVMLCode(9)
    package static let timeout = NVMLCode(10)
    package static let functionNotFound = NVMLCode(13)
    package static let gpuLost = NVMLCode(15)
    package static let resetRequired = NVMLCode(16)
    package static let operatingSystem = NVMLCode(17)
    package static let versionMismatch = NVMLCode(18)
    package static let argumentVersionMismatch = NVMLCode(25)
    package static let noSuchGPU = NVMLCode(28)

    package init(from decoder: any Decoder) throws {
        number = try decoder.singleValueContainer().decode(Int32.self)
    }
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(number)
    }

    /// What the code means. Where the library isn't loaded it can't be asked, so the words are here.
    package var words: String {
        switch number {
        case 0: "success"
        case 1: "the library was not initialised"
        case 2: "the library refused an argument"
        case 3: "this GPU does not support it"
        case 4: "no permission"
        case 6: "not found"
        case 7: "the room for the answer was too small"
        case 8: "its power cables are not connected properly"
        case 9: "the driver is not loaded"
        case 10: "the driver took too long"
        case 11: "the driver has trouble with the GPU's interrupts"
        case 12: "a library that the driver needs is missing"
        case 13: "the library has no such function"
        case 14: "the GPU's own configuration memory is damaged"
        case 15: "the GPU is lost: it has fallen off the bus"
        case 16: "the GPU needs a reset"
        case 17: "the operating system or a control group refuses access"
        case 18: "the driver that runs and the library on disk are of different versions"
        case 19: "the GPU is in use"
        case 20: "not enough memory"
        case 23: "the driver is out of a resource"
        case 25: "the library wants another version of a structure"
        case 27: "the GPU is not ready"
        case 28: "there is no such GPU"
        default: "the driver reports a failure without saying which"
        }
    }
}

extension NVMLCode {
    /// This version of a function is not to be had; an older one may be.
    var isOfVersion: Bool { self == .functionNotFound || self == .argumentVersionMismatch }

    /// The code speaks of the GPU, whichever call it came from: lost, in need of a reset, without power, broken.
    var speaksOfDevice: Bool {
        [.gpuLost, .resetRequired, NVMLCode(8), NVMLCode(11), NVMLCode(14), .noSuchGPU].contains(self)
    }

    /// The code speaks of our way to the GPU and says nothing of the GPU.
    var speaksOfAccess: Bool {
        [.noPermission, .driverNotLoaded, NVMLCode(1), NVMLCode(12), .operatingSystem, .versionMismatch, .functionNotFound]
            .contains(self)
    }
}

/// A function of NVML that did not succeed.
struct NVMLFailure: Error, Equatable {
    let call: String
    let code: NVMLCode
}
