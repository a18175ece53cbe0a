/// y = a x + y over long arrays: nothing but memory limits it, 12 bytes an element.
struct ScaledSum: Sendable {
    let factor: Float

    private typealias Lanes = SIMD16<Float>

    private struct Places: @unchecked Sendable {
        let x: UnsafeBufferPointer<Float>
        let y: UnsafeMutableBufferPointer<Float>
    }

    /// Each part of the pool's work has elements of its own.
    func run(_ x: [Float], _ y: inout [Float], _ pool: WorkerPool) {
        let count = min(x.count, y.count)
        let parts = pool.count == 1 ? 1 : min(max(1, count / 4_096), pool.count * 2)
        // Parts begin where lanes begin.
        let height = ((count + parts - 1) / parts + Lanes.scalarCount - 1) / Lanes.scalarCount * Lanes.scalarCount
        x.withUnsafeBufferPointer { x in
            y.withUnsafeMutableBufferPointer { y in
                let places = Places(x: x, y: y)
                pool.forEach(parts) { part in add(min(count, part * height)..<min(count, (part + 1) * height), places) }
            }
        }
    }

    private func add(_ range: Range<Int>, _ places: Places) {
        guard let x = places.x.baseAddress, let y = places.y.baseAddress else { return }
        var index = range.lowerBound
        while index + Lanes.scalarCount <= range.upperBound {
            let place = UnsafeMutableRawPointer(y + index)
            let sum =
                factor * UnsafeRawPointer(x + index).loadUnaligned(as: Lanes.self) + place.loadUnaligned(as: Lanes.self)
            place.storeBytes(of: sum, as: Lanes.self)
            index += Lanes.scalarCount
        }
        while index < range.upperBound {
            y[index] += factor * x[index]
            index += 1
        }
    }
}
