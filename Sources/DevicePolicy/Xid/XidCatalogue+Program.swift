/// What programs do: the device is well, and who runs the program should know.
extension XidCatalogue {
    static let program: [Rule] = [
        Rule(
            8, action: .verify, blame: .application,
            "A computation on the GPU did not end in its time and was stopped; look for a kernel that runs for ever."),
        Rule(
            11, 25, 32, action: .verify, blame: .application,
            "The program sent the GPU commands that it can't read; a library of another version than the driver may be why."),
        Rule(
            13, action: .verify, blame: .application,
            "A kernel did what the GPU forbids, such as an index beyond an array's end; compute-sanitizer finds where."),
        Rule(
            31, action: .verify, blame: .application,
            "The program used GPU memory that is not its own, as with a wrong index; compute-sanitizer finds where."),
        Rule(
            43, action: .verify, blame: .application,
            "The program made an error on the GPU and its computation was stopped; the GPU itself goes on."),
        Rule(
            69, action: .verify, blame: .application,
            "The program asked the GPU for something that it does not know; a library built for another GPU may be why."),
        Rule(
            80, action: .verify, blame: .application,
            "Commands of the program reached the GPU damaged; run it again, and tell an administrator if it comes back."),
    ]

    /// Parts of the device beside its cores, used by a program for copying and for pictures.
    static let engines: [Rule] = [
        Rule(
            [39, 40, 41, 70, 71, 72, 75, 76, 77, 85] + Array(126...135), action: .verify, blame: .application,
            "A copy to or from the GPU failed; most likely the program gave an address that is not its own."),
        Rule(
            60, action: .verify, blame: .application,
            "The GPU's video unit stopped at something that the program gave it."),
        Rule(
            68, 83, 84, 88, 89, 96, 97, 98, action: .verify, blame: .application,
            "The GPU's video decoder stopped at what the program gave it, for example a damaged video."),
        Rule(
            [82] + Array(99...105), action: .verify, blame: .application,
            "The GPU's JPEG decoder stopped at what the program gave it, for example a damaged picture."),
        Rule(
            86, 139, action: .verify, blame: .application,
            "The GPU's optical flow unit stopped at what the program gave it."),
        Rule(
            47, 65, 73, 142, action: .verify, blame: .unknown,
            "The GPU's video encoder stopped; if the checks at the end pass, only that encoding is lost."),
    ]
}
