import Glibc

extension LauncherLoop {
    /// Removes what an earlier launcher had in store. Only after every attempt's place is settled on the disk.
    func clearSpare() {
        Files.deleteFolder(data.place.spareFolder)
        hasSpare = false
    }

    /// The folder for the next attempt is furnished while nobody waits: a dozen new files can take longer than all the
    /// rest of a launch, where a file system is slow to find room for them.
    func makeSpareLater() {
        guard !hasSpare, !isSpareDue else { return }
        isSpareDue = true
        later.append((at: now + 20, action: { [weak self] in self?.makeSpareWhenFree() }))
    }

    /// At the next turn: a launch has just been seen through, and until the work ends there is little to do.
    func makeSpareSoon() { later.append((at: now, action: { [weak self] in self?.makeSpareWhenFree() })) }

    private func makeSpareWhenFree() {
        isSpareDue = false
        if hasSpare { return }
        if isLaunching { return makeSpareLater() }
        let folder = AttemptFolder(path: data.place.spareFolder)
        clearSpare()
        do throws(SystemFailure) {
            try folder.furnish()
            hasSpare = true
        } catch {
            // The next launch makes its own, and says what is in the way.
            clearSpare()
        }
    }

    /// A furnished folder that becomes the next attempt's; nil: it must make its own.
    func takeSpare() -> String? {
        guard hasSpare else { return nil }
        hasSpare = false
        return data.place.spareFolder
    }

    /// Somebody waits for a launch.
    var isLaunching: Bool { !launches.isEmpty || attempts.values.contains { $0.isParked } }
}
