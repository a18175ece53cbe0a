import FleetModel

/// What a request asks of a node, whoever asks and for however long. Requests of one shape fit, or don't, together, so
/// that a pass asks once for each shape and not once for each request.
struct Shape: Hashable {
    let resources: ResourceRequest

    init(of request: ResourceRequest) {
        resources = ResourceRequest(devices: request.devices, cores: request.cores, memory: request.memory)
    }

    var deviceCount: Int { resources.devices.count }
}

/// The shapes of a pass, each with a number.
struct ShapeTable {
    private(set) var shapes: [Shape] = []
    private var numbers: [Shape: Int] = [:]

    mutating func number(of shape: Shape) -> Int {
        if let known = numbers[shape] { return known }
        numbers[shape] = shapes.count
        shapes.append(shape)
        return shapes.count - 1
    }
}
