/// A two-dimensional convolution as networks use it: each filter runs over all channels, step 1, no border, so that
/// the result is smaller than the image by the filter's side less 1.
struct Convolution: Hashable, Sendable {
    let channels: Int
    /// Height and width of the image.
    let side: Int
    let filters: Int
    /// Height and width of a filter.
    let window: Int

    var resultSide: Int { side - window + 1 }
    /// A multiplication and an addition for each element of a filter at each place.
    var operations: Double {
        2 * Double(filters * channels * window * window) * Double(resultSide * resultSide)
    }
    /// What each result sums up.
    var summands: Int { channels * window * window }

    /// One filter at a time is a part of the pool's work.
    func run(_ image: [Float], _ weights: [Float], _ pool: WorkerPool) -> [Float] {
        var result = [Float](repeating: 0, count: filters * resultSide * resultSide)
        image.withUnsafeBufferPointer { image in
            weights.withUnsafeBufferPointer { weights in
                result.withUnsafeMutableBufferPointer { result in
                    let places = Places(image: image, weights: weights, result: result)
                    // As many results at a time as a row has room for.
                    switch resultSide {
                    case SIMD16<Float>.scalarCount...: pool.forEach(filters) { apply($0, places, SIMD16<Float>.self) }
                    case SIMD8<Float>.scalarCount...: pool.forEach(filters) { apply($0, places, SIMD8<Float>.self) }
                    default: pool.forEach(filters) { apply($0, places, SIMD4<Float>.self) }
                    }
                }
            }
        }
        return result
    }

    /// Filters write to different parts of `result`.
    private struct Places: @unchecked Sendable {
        let image: UnsafeBufferPointer<Float>
        let weights: UnsafeBufferPointer<Float>
        let result: UnsafeMutableBufferPointer<Float>
    }

    /// Results are kept in registers until they are complete.
    private func apply<Lanes: SIMD<Float>>(_ filter: Int, _ places: Places, _ type: Lanes.Type) {
        for y in 0..<resultSide {
            var x = 0
            while x + Lanes.scalarCount <= resultSide {
                sum(filter, y, x, places, type)
                x += Lanes.scalarCount
            }
            // The last ones again, with some of those before, where a row is long enough for that.
            if x < resultSide, resultSide >= Lanes.scalarCount {
                sum(filter, y, resultSide - Lanes.scalarCount, places, type)
            } else {
                for rest in x..<resultSide { sumOne(filter, y, rest, places) }
            }
        }
    }

    private func sum<Lanes: SIMD<Float>>(_ filter: Int, _ y: Int, _ x: Int, _ places: Places, _ type: Lanes.Type) {
        guard let image = places.image.baseAddress, let result = places.result.baseAddress else { return }
        var sums = Lanes.zero
        var weight = filter * channels * window * window
        for channel in 0..<channels {
            for dy in 0..<window {
                let line = UnsafeRawPointer(image + (channel * side + y + dy) * side + x)
                for dx in 0..<window {
                    sums += places.weights[weight] * line.loadUnaligned(fromByteOffset: dx * 4, as: Lanes.self)
                    weight += 1
                }
            }
        }
        UnsafeMutableRawPointer(result + (filter * resultSide + y) * resultSide + x).storeBytes(of: sums, as: Lanes.self)
    }

    private func sumOne(_ filter: Int, _ y: Int, _ x: Int, _ places: Places) {
        var sum: Float = 0
        for channel in 0..<channels {
            for dy in 0..<window {
                for dx in 0..<window {
                    sum +=
                        places.weights[((filter * channels + channel) * window + dy) * window + dx]
                        * places.image[(channel * side + y + dy) * side + x + dx]
                }
            }
        }
        places.result[(filter * resultSide + y) * resultSide + x] = sum
    }

    /// Each result at one of `places` by itself, in double precision.
    func reference(_ image: [Float], _ weights: [Float], at places: [Int]) -> [Double] {
        places.map { place in
            let (filter, y, x) = (
                place / (resultSide * resultSide), place / resultSide % resultSide, place % resultSide
            )
            var sum = 0.0
            for channel in 0..<channels {
                for dy in 0..<window {
                    for dx in 0..<window {
                        let weight = weights[((filter * channels + channel) * window + dy) * window + dx]
                        sum += Double(weight) * Double(image[(channel * side + y + dy) * side + x + dx])
                    }
                }
            }
            return sum
        }
    }

    /// The largest difference in a result. Of many, 4,096 are looked at, from all over.
    func worstDifference(_ results: [Float], _ image: [Float], _ weights: [Float]) -> Double {
        guard results.count == filters * resultSide * resultSide else { return .infinity }
        let places = Sampling.places(below: results.count)
        return Agreement.worstDifference(places.map { results[$0] }, reference(image, weights, at: places))
    }
}
