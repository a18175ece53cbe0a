import Testing

extension APIConformityTests {
    /// What the advisor answers, and what it refuses.
    func advice(_ examiner: Examiner) async throws {
        let fit = "GET /v1/advice/fit"
        try await examiner.call(fit, query: "?model=llama-3.1-8b&method=full&gpu=rtx4090", expecting: 200)
        try await examiner.call(fit, query: "?params=7B&layers=32&hidden=4096&method=qlora&batch=", expecting: 200)
        try await examiner.call(
            fit, query: "?model=bert-base&method=full&tokens=1e9&epochs=3&utilisation=30%25&gpu=24GB..", expecting: 200)
        try await examiner.call(fit, query: "?model=resnet50&samples=1M", expecting: 200)
        for query in [
            "?model=resnet50&tokens=1", "?model=bert-base&tokens=1e300", "?model=bert-base&samples=0",
            "", "?model=nosuch", "?model=resnet50&method=lora", "?model=bert-base&batch=0", "?model=bert-base&batch=x",
        ] {
            try await examiner.call(fit, query: query, expecting: 400)
        }
        try await examiner.call(
            "GET /v1/advice/speed", query: "?workload=resnet50-train&gpu=h100&precision=fp16", expecting: 200)
        try await examiner.call("GET /v1/advice/speed", query: "?workload=dreaming&gpu=h100", expecting: 400)
        try await examiner.call("GET /v1/advice/accelerators", expecting: 200)
        try await examiner.call("GET /v1/advice/accelerators", query: "?gpu=a100,mi100", expecting: 200)
        try await examiner.call("GET /v1/advice/accelerators", query: "?gpu=nosuch", expecting: 400)
        try await examiner.call("GET /v1/advice/gpus", query: "?for=education&budget=600", expecting: 200)
        try await examiner.call("GET /v1/advice/gpus", query: "?budget=much", expecting: 400)
        try await examiner.call("GET /v1/advice/device", query: "?task=matmul&size=500&stays=true", expecting: 200)
        try await examiner.call("GET /v1/advice/device", query: "?task=sleep", expecting: 400)
        try await examiner.call("GET /v1/advice/cost", query: "?gpu=h100&utilisation=50%25", expecting: 200)
        try await examiner.call("GET /v1/advice/cost", query: "?gpu=tpu-v4&rent=1", expecting: 400)
        try await examiner.call("GET /v1/advice/cost", query: "?utilisation=60", expecting: 400)
        let kept = "/v1/advice/cost/kept"
        try await examiner.call("GET \(kept)", expecting: 200)
        try await examiner.call("PUT \(kept)", body: #"{"options":{"gpu":"h100","price":"300k"}}"#, expecting: 200)
        for options in [#"{"colour":"red"}"#, #"{"price":"much"}"#, #"{"utilisation":"50%"}"#, #"{"gpu":"k80"}"#] {
            try await examiner.call("PUT \(kept)", body: #"{"options":\#(options)}"#, expecting: 400)
        }
        try await examiner.call("GET \(kept)", expecting: 200)
        if Self.isRoot {
            try await examiner.call("GET \(kept)", as: Self.stranger, expecting: 403)
            try await examiner.call("PUT \(kept)", body: #"{"options":{}}"#, as: Self.stranger, expecting: 403)
            try await examiner.call("DELETE \(kept)", as: Self.stranger, expecting: 403)
        }
        try await examiner.call("DELETE \(kept)", expecting: 200)
    }
}
