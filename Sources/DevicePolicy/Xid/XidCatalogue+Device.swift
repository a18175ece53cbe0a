import FleetModel

/// What goes wrong in the device's memory, in its links and in its firmware.
extension XidCatalogue {
    static let memory: [Rule] = [
        Rule(
            48, action: .quarantine(.reset), blame: .device, endsLease: true,
            "The GPU's memory lost data that it could not mend, so results may be wrong; this is not the program's fault."),
        Rule(
            171, 172, action: .verify, blame: .device,
            "The GPU says where its memory lost data; the number 48 that comes with it decides."),
        Rule(
            63, action: .note, blame: .device,
            "The GPU marked a bad place of its memory to be replaced by a spare one at the next reset; work may go on."),
        Rule(
            64, action: .quarantine(.reset), blame: .device, endsLease: true,
            "The GPU could not replace a bad place of its memory; it has to be reset before it is used again."),
        Rule(
            92, action: .watch, blame: .device,
            "The GPU mends memory errors unusually often; results are right, and an administrator should watch it."),
        Rule(
            94, action: .verify, blame: .device,
            "The GPU's memory lost data of one program, which was stopped; nothing else was hit, so start it again."),
        Rule(
            95, action: .quarantine(.reset), blame: .device, endsLease: true,
            "The GPU's memory lost data and nobody can say whose, so results may be wrong; the GPU has to be reset."),
        Rule(
            140, action: .quarantine(.reset), blame: .device, endsLease: true,
            "The GPU met a memory error that it could not recover from; it has to be reset."),
        Rule(
            156, action: .quarantine(.reset), blame: .device,
            "The GPU takes a failing part of itself out of use, which a reset completes; work may go on until then."),
        Rule(
            157, action: .quarantine(.hardware), blame: .device,
            "The GPU could not take a failing part of itself out of use; somebody has to look at the hardware."),
        Rule(
            160, action: .note, blame: .device,
            "The GPU took a failing memory channel out of use; what is left works."),
        Rule(
            161, action: .quarantine(.reboot), blame: .device,
            "The GPU could not take a failing memory channel out of use; the machine has to be restarted."),
        Rule(
            168, action: .verify, blame: .device,
            "The GPU found errors in memory that it keeps for itself and may offer less from now on."),
    ]

    static let links: [Rule] = [
        Rule(
            74, action: .quarantine(.reset), blame: .device,
            "A link between GPUs failed; work on several GPUs may stop or hang, and the GPU is reset after the lease."),
        Rule(
            Array(144...150), action: .quarantine(.reset), blame: .device,
            "A link between GPUs reported an error; work on several GPUs may hang, and the GPU is reset after the lease."),
        Rule(
            155, action: .quarantine(.reset), blame: .device,
            "The driver gave up a link between GPUs; work on several GPUs may stop, and the GPU is reset after the lease."),
        Rule(
            136, action: .quarantine(.reset), blame: .device,
            "A link between GPUs could not be set up; the GPU is reset after the lease."),
        Rule(
            108, 137, action: .verify, blame: .unknown,
            "A GPU asked another one for memory that it does not give; the program or a link between them may be why."),
        Rule(
            121, action: .watch, blame: .device,
            "The link between GPU and processor reported an error that it got over; an administrator should watch it."),
        Rule(
            159, action: .verify, blame: .unknown,
            "The link between GPU and processor reported an error; the GPU is verified before its next lease."),
        Rule(
            166, 170, action: .verify, blame: .device,
            "An encrypted link between GPUs reported an error; the GPU is verified before its next lease."),
    ]

    static let firmware: [Rule] = [
        Rule(
            45, action: .verify, blame: .unknown,
            "The driver stopped the program on the GPU because of an earlier error, or because it was ended."),
        Rule(
            46, action: .quarantine(.reset), blame: .device, endsLease: true,
            "The GPU stopped answering the driver; it has to be reset."),
        Rule(
            59, 61, action: .verify, blame: .device,
            "A controller inside the GPU reported an error; the GPU is verified before its next lease."),
        Rule(
            62, action: .quarantine(.reset), blame: .device, endsLease: true,
            "A controller inside the GPU stopped; the GPU has to be reset."),
        Rule(
            66, 67, action: .verify, blame: .unknown,
            "The driver did something that the GPU does not allow; the GPU is verified before its next lease."),
        Rule(
            109, action: .verify, blame: .unknown,
            "The GPU was too slow to change between programs; the probe after the lease tells whether it still works."),
        Rule(
            110, action: .quarantine(.reset), blame: .device, endsLease: true,
            "The GPU stopped itself for reasons of security; it has to be reset."),
        Rule(
            119, action: .quarantine(.reset), blame: .device, endsLease: true,
            "The GPU's own processor did not answer the driver; the GPU has to be reset."),
        Rule(
            120, action: .quarantine(.reset), blame: .device, endsLease: true,
            "The GPU's own processor failed; the GPU has to be reset."),
        Rule(
            122, 123, 124, action: .verify, blame: .device,
            "The GPU could not use its own settings memory; the GPU is verified before its next lease."),
        Rule(
            143, action: .quarantine(.reset), blame: .device, endsLease: true,
            "The GPU could not be made ready; it has to be reset."),
        Rule(
            151, action: .quarantine(.reboot), blame: .device, endsLease: true,
            "The GPU could not renew the keys of its encrypted connection; the machine has to be restarted."),
        Rule(
            158, action: .quarantine(.reset), blame: .device, endsLease: true,
            "The GPU waited for something that never came; it has to be reset."),
        Rule(
            169, action: .verify, blame: .device,
            "A controller for security inside the GPU stopped; the GPU is verified before its next lease."),
    ]

    static let board: [Rule] = [
        Rule(
            54, action: .quarantine(.hardware), blame: .device, endsLease: true,
            "The GPU's power cable is not connected; somebody has to look at the hardware."),
        Rule(
            57, 58, 90, action: .verify, blame: .device,
            "The GPU's memory reported an error; the GPU is verified before its next lease."),
        Rule(
            79, action: .quarantine(.reboot), blame: .device, endsLease: true,
            "The GPU is no longer seen by the machine, which has to be restarted; this is not the program's fault."),
        Rule(
            167, action: .verify, blame: .device,
            "The connection between machine and GPU did not answer in time; the GPU is verified before its next lease."),
    ]
}
