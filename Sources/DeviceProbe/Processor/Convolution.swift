/// A two-dimensional convolution as networks use it: each filter runs over all channels, step 1, no border, so that
/// the result is smaller than the image by the filter's side less 1.
struct Convolution: Sendable {
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
                    pool.forEach(filters) { apply(filter: $0, places) }
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

    /// Whole rows are added up, which the compiler turns into vector instructions.
    private func apply(filter: Int, _ places: Places) {
        guard let image = places.image.baseAddress, let result = places.result.baseAddress else { return }
        for y in 0..<resultSide {
            let row = result + (filter * resultSide + y) * resultSide
            for channel in 0..<channels {
                for dy in 0..<window {
                    let line = image + (channel * side + y + dy) * side
                    for dx in 0..<window {
                        let weight = places.weights[((filter * channels + channel) * window + dy) * window + dx]
                        for x in 0..<resultSide { row[x] += weight * line[x + dx] }
                    }
                }
            }
        }
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
