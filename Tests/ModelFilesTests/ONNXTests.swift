import Glibc
import ModelFiles
import Testing

@Suite("ONNX: the tensors of the main graph, without the weights")
struct ONNXTests {
    @Test("raw data, lists of floats, packed sizes and data beside the file are all counted") func small() throws {
        let header = try Place().read(ONNXMaker.small, "a.onnx")
        #expect(header.format == .onnx)
        #expect(header.parameters == 1200 + 40 + 64 + 1_000_000)
        #expect(header.weightBytes == 4800 + 160 + 64 + 2_000_000)
        #expect(header.precisions.map(\.name) == ["F16", "F32", "I8"])
        #expect(header.quantised)
        #expect(header.tensors == 4)
    }

    @Test("sparse tensors count what is not nought, texts count no parameters, four bits are half a byte") func others()
        throws
    {
        let sparse = ONNXMaker.bytes(
            15, ONNXMaker.bytes(1, ONNXMaker.tensor("s", 1, [5], data: ONNXMaker.raw(20))) + ONNXMaker.number(3, 100))
        let file = ONNXMaker.model(
            ONNXMaker.graph(
                [
                    ONNXMaker.tensor("t", 8, [2], data: ONNXMaker.bytes(6, [65, 66]) + ONNXMaker.bytes(6, [67])),
                    ONNXMaker.tensor("h", 22, [3, 3], data: ONNXMaker.raw(5)),
                    ONNXMaker.tensor("new", 99, [7], data: ONNXMaker.raw(3)),
                ], more: sparse))
        let header = try Place().read(file, "a.onnx")
        #expect(header.parameters == 5 + 9 + 7)
        #expect(header.weightBytes == 20 + 3 + 5 + 3)
        #expect(header.precisions.map(\.name) == ["I4", "type 99", "F32"])
    }

    @Test("graphs inside nodes are not entered") func subgraphs() throws {
        let inner = ONNXMaker.graph([ONNXMaker.tensor("W", 1, [30], data: ONNXMaker.raw(120))])
        let node = ONNXMaker.bytes(1, ONNXMaker.bytes(5, ONNXMaker.bytes(6, inner)))
        #expect(try Place().read(ONNXMaker.model(ONNXMaker.graph([], more: node)), "a.onnx").parameters == 0)
    }

    @Test("sizes and lengths that can't be") func hostile() throws {
        let place = try Place()
        func trouble(_ tensor: [UInt8]) throws -> String? {
            try place.trouble(ONNXMaker.model(ONNXMaker.graph([tensor])), "a.onnx")?.kind
        }
        #expect(try trouble(ONNXMaker.tensor("a", 1, [.max])) == "malformed")
        #expect(try trouble(ONNXMaker.tensor("a", 1, [1 << 62, 4])) == "overflow")
        #expect(try trouble(ONNXMaker.tensor("a", 1, [1 << 62])) == "overflow")
        #expect(try trouble(ONNXMaker.tensor("a", 1, [2], data: ONNXMaker.raw(7))) == "wrongBytes")
        #expect(try trouble(ONNXMaker.tensor("a", 1, [UInt64](repeating: 1, count: 65))) == "tooMany")
        #expect(try trouble(ONNXMaker.varint(9 << 3 | 2) + ONNXMaker.varint(1 << 40)) == "truncated")
        #expect(try trouble(ONNXMaker.varint(9 << 3 | 2) + ONNXMaker.varint(.max)) == "truncated")
        // One byte of it lies in the tensor, the rest behind it.
        #expect(try trouble(ONNXMaker.varint(9 << 3 | 2) + [2, 0]) == "truncated")
        #expect(try trouble(ONNXMaker.varint(1 << 3) + [UInt8](repeating: 0xFF, count: 11)) == "malformed")
        #expect(try trouble(ONNXMaker.varint(1 << 3) + [UInt8](repeating: 0xFF, count: 9) + [2]) == "malformed")
        #expect(try trouble([3 << 3 | 3, 3 << 3 | 4]) == "malformed")
        #expect(try trouble([0]) == "malformed" || trouble([0]) == "truncated")
        #expect(try trouble([1 << 3]) == "truncated")
    }

    @Test("messages in one another to any depth are jumped over") func nesting() throws {
        var inner: [UInt8] = []
        for _ in 0..<2000 { inner = ONNXMaker.bytes(7, inner) }
        #expect(try Place().read(ONNXMaker.model(ONNXMaker.graph([], more: inner)), "a.onnx").tensors == 0)
    }

    @Test("a file without a graph is none") func noGraph() throws {
        #expect(try Place().trouble(ONNXMaker.number(1, 8), "a.onnx")?.kind == "malformed")
    }

    @Test("weights beyond 2 GiB are jumped over") func large() throws {
        let size = 3 << 30
        let tensorHead =
            ONNXMaker.tensor("W", 1, [UInt64(size / 4)]) + ONNXMaker.varint(9 << 3 | 2) + ONNXMaker.varint(UInt64(size))
        let graphHead = ONNXMaker.varint(5 << 3 | 2) + ONNXMaker.varint(UInt64(tensorHead.count + size)) + tensorHead
        let head = ONNXMaker.varint(7 << 3 | 2) + ONNXMaker.varint(UInt64(graphHead.count + size)) + graphHead
        let place = try Place()
        let path = try place.write(head, "a.onnx")
        try #require(truncate(path, head.count + size) == 0)
        #expect(try ModelFile.read(path: path).parameters == size / 4)
    }
}
