/// What is worth a line and no more, and numbers that no current device sends.
extension XidCatalogue {
    static let notices: [Rule] = [
        Rule(14, action: .nothing, blame: .unknown, "A number that the driver uses for tests of its own."),
        Rule(
            37, 38, action: .note, blame: .unknown,
            "The GPU's firmware reported an error that it got over; work goes on."),
        Rule(
            44, action: .note, blame: .unknown,
            "The GPU met an error while changing from one program to another and got over it; work goes on."),
        Rule(78, action: .note, blame: .unknown, "A virtual GPU could not be started; driver and host must fit together."),
        Rule(
            93, action: .watch, blame: .device,
            "The GPU's settings memory was written more often than planned; it works, and an administrator should know."),
        Rule(
            106, 107, action: .nothing, blame: .unknown,
            "A test message of the GPU's management connection."),
        Rule(
            125, action: .watch, blame: .device,
            "The GPU's settings memory has an error in its files; work goes on, and an administrator should know."),
        Rule(
            141, action: .note, blame: .unknown,
            "A short way between program and GPU failed and the usual one was taken; work goes on."),
        Rule(
            152, 153, action: .note, blame: .unknown,
            "An accelerator beside the GPU reported an error; work on the GPU goes on."),
        Rule(
            154, action: .note, blame: .unknown,
            "The driver changed what it wants done with the GPU; the GPU's own state says what that is."),
        Rule(
            162, 163, action: .note, blame: .unknown,
            "The GPU switched its smoothing of power on or off; work goes on."),
        Rule(
            164, 165, action: .watch, blame: .device,
            "The GPU's circuit for smoothing power is worn or nearly so; work goes on, and an administrator should know."),
    ]

    /// The catalogue keeps their places. If one comes all the same, the checks at the lease's end decide.
    static let unused: [Rule] = [
        Rule(
            Array(1...7) + [9, 10, 12] + Array(15...24) + Array(26...30) + Array(33...36) + [42]
                + Array(49...53) + [55, 56, 81, 87, 91] + Array(111...118) + [138],
            action: .verify, blame: .unknown,
            "The driver reported an error that current GPUs should not send; the GPU is verified before its next lease.")
    ]
}
