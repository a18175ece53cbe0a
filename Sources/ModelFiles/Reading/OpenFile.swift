import Glibc

/// A regular file, open for reading at any place; closed when the last of its users goes.
final class OpenFile {
    /// For messages: as it was named, without control characters.
    let name: String
    /// The last part of the name, as it was given.
    let bareName: String
    /// Bytes when it was opened.
    let size: Int
    private let descriptor: Int32

    init(name: String, bareName: String, size: Int, descriptor: Int32) {
        (self.name, self.bareName, self.size, self.descriptor) = (name, bareName, size, descriptor)
    }

    deinit { close(descriptor) }

    /// Fills the room as far as the file goes.
    ///
    /// - Returns: bytes read; fewer than there is room only at the end of the file.
    func read(into room: UnsafeMutableRawBufferPointer, at offset: Int) throws(ModelFileError) -> Int {
        var done = 0
        while done < room.count {
            let count = pread(descriptor, room.baseAddress! + done, room.count - done, offset + done)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .cannotRead(file: name, offset: offset + done, code: errno) }
            if count == 0 { break }
            done += count
        }
        return done
    }

    /// - Parameter count: has been checked against a limit: so much memory is taken.
    func bytes(at offset: Int, count: Int) throws(ModelFileError) -> [UInt8] {
        guard offset >= 0, count >= 0, count <= size, offset <= size - count else {
            throw .truncated(file: name, offset: offset, needs: count, size: size)
        }
        var failure: ModelFileError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { room, filled in
            do throws(ModelFileError) {
                filled = try read(
                    into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(room)[..<count]),
                    at: offset)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        // The file became shorter since it was opened.
        guard bytes.count == count else {
            throw .truncated(file: name, offset: offset, needs: count, size: offset + bytes.count)
        }
        return bytes
    }
}
