import Foundation
import Yams

/// `Docs/api/openapi.yaml`, and what an answer has that the document does not, or lacks.
struct APIDocument {
    private let root: Node

    init() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(contentsOf: folder.appendingPathComponent("Docs/api/openapi.yaml"), encoding: .utf8)
        root = try Yams.compose(yaml: text) ?? Node("")
    }

    /// `GET /v1/requests/{id} 404` for every status that is documented by its number.
    var statuses: Set<String> {
        var found: Set<String> = []
        for (path, item) in root["paths"]?.mapping ?? [:] {
            for (method, operation) in item.mapping ?? [:] {
                for (status, _) in operation["responses"]?.mapping ?? [:] where status.string != "default" {
                    found.insert("\(method.string?.uppercased() ?? "") \(path.string ?? "") \(status.string ?? "")")
                }
            }
        }
        return found
    }

    /// - Parameters:
    ///   - operation: `GET /v1/requests/{id}`.
    ///   - type: the answer's media type with its parameters.
    func complaints(_ operation: String, status: Int, type: String, body: Data) -> [String] {
        let words = operation.split(separator: " ").map(String.init)
        guard let responses = root["paths"]?[words[1]]?[words[0].lowercased()]?["responses"] else {
            return ["the operation is not documented"]
        }
        guard let response = (responses.member("\(status)") ?? responses["default"]).map(resolved) else {
            return ["status \(status) is not documented"]
        }
        guard let content = response["content"]?.mapping else {
            return body.isEmpty ? [] : ["a body where none is documented"]
        }
        let media = type.prefix { $0 != ";" }
        guard let schema = content.first(where: { $0.key.string == String(media) })?.value["schema"] else {
            return ["the media type \(media) is not documented for \(status)"]
        }
        guard media.hasSuffix("/json") || media.hasSuffix("+json") else { return [] }
        return complaints(json: body, schema)
    }

    /// - Parameter schema: the name of one of the document's schemas.
    func complaints(json: Data, schema name: String) -> [String] {
        guard let schema = root["components"]?["schemas"]?[name] else { return ["there is no schema \(name)"] }
        return complaints(json: json, schema)
    }

    private func complaints(json: Data, _ schema: Node) -> [String] {
        guard let value = try? JSONSerialization.jsonObject(with: json, options: .fragmentsAllowed) else {
            return ["no JSON"]
        }
        var found: [String] = []
        check(value, schema, at: "$", &found)
        return found
    }

    private func resolved(_ node: Node) -> Node {
        guard let reference = node["$ref"]?.string else { return node }
        return reference.split(separator: "/").dropFirst().reduce(root) { $0[String($1)] ?? Node("") }
    }

    private func check(_ value: Any, _ given: Node, at path: String, _ found: inout [String]) {
        let schema = resolved(given)
        if let allowed = schema["enum"]?.array().compactMap(\.string) {
            if !allowed.contains(value as? String ?? "") { found.append("\(path) is \(value), not one of \(allowed)") }
            return
        }
        switch schema["type"]?.string {
        case "object": check(object: value, schema, at: path, &found)
        case "array":
            guard let list = value as? [Any], let items = schema["items"] else { return found.append("\(path) is no array") }
            for (index, element) in list.enumerated() { check(element, items, at: "\(path)[\(index)]", &found) }
        case "string":
            guard let text = value as? String else { return found.append("\(path) is no string") }
            if schema["format"]?.string == "date-time", text.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) == nil
            {
                found.append("\(path) is no time in UTC: \(text)")
            }
        case "boolean": if !Self.isFlag(value) { found.append("\(path) is no boolean") }
        case "integer": if Self.isFlag(value) || !(value is Int) { found.append("\(path) is no integer") }
        case "number": if Self.isFlag(value) || !(value is NSNumber) { found.append("\(path) is no number") }
        case .some(let type): found.append("\(path): the test knows no type \(type)")
        case nil: found.append("\(path) has no type in the document")
        }
    }

    private func check(object value: Any, _ schema: Node, at path: String, _ found: inout [String]) {
        guard let object = value as? [String: Any] else { return found.append("\(path) is no object") }
        for key in schema["required"]?.array().compactMap(\.string) ?? [] where object[key] == nil {
            found.append("\(path).\(key) is required and absent")
        }
        for (key, member) in object {
            guard let property = schema["properties"]?[key] else {
                found.append("\(path).\(key) is not documented")
                continue
            }
            check(member, property, at: "\(path).\(key)", &found)
        }
    }

    private static func isFlag(_ value: Any) -> Bool {
        (value as? NSNumber).map { String(cString: $0.objCType) == "c" } ?? false
    }
}

extension Node {
    /// By the key's text: a quoted number is a key too.
    fileprivate func member(_ key: String) -> Node? { mapping?.first { $0.key.string == key }?.value }
}
