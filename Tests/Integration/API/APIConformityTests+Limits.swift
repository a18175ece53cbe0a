import Glibc
import Testing

extension APIConformityTests {
    func limits(_ examiner: Examiner) async throws {
        let change = "PATCH /v1/policy", profile = "PUT /v1/profiles/{name}", ask = "POST /v1/requests"
        let isRoot = geteuid() == 0, stranger: UInt32 = 61_009
        let unknown = #"{"limits":[{"kind":"team","name":"nobody","gpuHoursAWeek":4}]}"#
        try await examiner.call(change, body: unknown, expecting: 400)
        try await examiner.call("PATCH /v1/teams/{name}", "vision", body: "{}", expecting: 200)
        try await examiner.call("PATCH /v1/teams/{name}", "my%20team", body: "{}", expecting: 400)
        try await examiner.call(
            change,
            body: #"""
                {"limits":[{"kind":"everybody","gpusAtOnce":4,"gpuHoursAWeek":40,"longestLeaseSeconds":28800},
                {"kind":"user","name":"anna","gpusAtOnce":1},{"kind":"team","name":"vision","gpuHoursAWeek":400}]}
                """#, expecting: 200)
        try await examiner.call("GET /v1/policy", expecting: 200)
        let old = [#"If-Match: "0""#]
        try await examiner.call(change, body: #"{"graceSeconds":60}"#, headers: old, expecting: 412)
        try await examiner.call("GET /v1/limits", expecting: 200)
        try await examiner.call("GET /v1/limits", query: "?user=anna", expecting: 200)
        if isRoot { try await examiner.call("GET /v1/limits", query: "?user=anna", as: stranger, expecting: 403) }
        try await examiner.call(change, body: #"{"limits":[{"kind":"everybody","gpusAtOnce":-1}]}"#, expecting: 400)
        try await examiner.call(change, body: #"{"limits":[{"kind":"moon","name":"anna"}]}"#, expecting: 400)
        try await examiner.call(change, body: #"{"limits":[{"kind":"user"}]}"#, expecting: 400)
        try await examiner.call(
            change, body: #"{"limits":[{"kind":"team","name":"vision","gpusAtOnce":2}]}"#, expecting: 400)
        try await examiner.call(ask, body: #"{"command":["true"],"directory":"/tmp","gpus":"5"}"#, expecting: 422)
        try await examiner.call(ask, body: #"{"command":["true"],"directory":"/tmp","time":"9h"}"#, expecting: 422)
        try await examiner.call(
            change,
            body: #"""
                {"limits":[{"kind":"everybody","remove":true},{"kind":"user","name":"anna","remove":true},
                {"kind":"team","name":"vision","remove":true}]}
                """#, expecting: 200)
        let small = #"{"gpus":"0","cpus":"1","time":"10m","note":"For trying out"}"#
        try await examiner.call(profile, "small", body: small, expecting: 200)
        try await examiner.call(profile, "Small!", body: small, expecting: 400)
        try await examiner.call(profile, "small", body: #"{"gpus":"1","roles":["king"]}"#, expecting: 400)
        try await examiner.call("GET /v1/profiles", expecting: 200)
        try await examiner.call(profile, "small", body: small, headers: old, expecting: 412)
        try await examiner.call("DELETE /v1/profiles/{name}", "small", headers: old, expecting: 412)
        try await examiner.call(
            ask, body: #"{"command":["true"],"directory":"/tmp","profile":"huge"}"#, expecting: 422)
        if isRoot {
            try await examiner.call(profile, "small", body: small, as: stranger, expecting: 403)
            try await examiner.call("DELETE /v1/profiles/{name}", "small", as: stranger, expecting: 403)
        }
        try await examiner.call("DELETE /v1/profiles/{name}", "huge", expecting: 404)
        try await examiner.call("DELETE /v1/profiles/{name}", "small", expecting: 200)
    }
}
