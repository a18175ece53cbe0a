import SoftwareStack
import Testing

@Suite("What is installed into an environment") struct RecipeTests {
    @Test(
        "each framework in the newest build that the driver runs",
        arguments: [
            ("pytorch", "595.71.05", "torch"), ("pytorch", "580.65.06", "torch"), ("torch", "570.86.10", "torch<2.11"),
            ("pytorch", "525.60.13", "torch<2.11"), ("pytorch", "470.57.02", "torch<2.1"), ("pytorch", "390.46", "torch"),
            ("tensorflow", "550.54.14", "tensorflow[and-cuda]"), ("tf", "610.1", "tensorflow[and-cuda]"),
            ("tensorflow", "470.57.02", "tensorflow-cpu"), ("tensorflow", "418.39", "tensorflow-cpu"),
            ("jax", "580.65.06", "jax[cuda13]"), ("JAX", "535.54.03", "jax[cuda12]"), ("jax", "470.57.02", "jax"),
            ("pytorch", "", "torch"), ("tensorflow", "", "tensorflow-cpu"), ("jax", "", "jax"),
        ])
    func fits(word: String, driver: String, requirement: String) throws {
        let recipe = try EnvironmentRecipe([word], driver: DriverVersion(driver))
        #expect(Array(recipe.requirements.prefix(3)) == ["jupyterlab", "ipykernel", requirement])
        // What computes on the processor, or is old, is said.
        let isBest = DriverVersion(driver).map { $0 >= DriverVersion("525")! } ?? false
        #expect(recipe.notes.isEmpty == isBest)
    }

    @Test("packages go in as they were written, each once, with JupyterLab always")
    func packages() throws {
        let recipe = try EnvironmentRecipe(["numpy", "pandas==2.3.3", "numpy", "jupyter", "x[a,b]>=1,<2"], driver: nil)
        #expect(recipe.requirements == ["jupyterlab", "ipykernel", "numpy", "pandas==2.3.3", "x[a,b]>=1,<2"])
        #expect(try EnvironmentRecipe([], driver: nil).requirements == ["jupyterlab", "ipykernel"])
    }

    @Test(
        "what would be an option, a path, an address or a second word to pip is refused",
        arguments: [
            "--index-url=http://evil", "-r/etc/passwd", "git+https://x/y", "./here", "/etc", "a b", "a;b", "a\n-r x", "",
            "x @ file:///y", "é", String(repeating: "x", count: 201),
        ])
    func refused(text: String) {
        #expect(throws: EnvironmentRecipe.Fault.notAPackage(text)) { try EnvironmentRecipe([text], driver: nil) }
    }

    @Test("more packages than a command takes are refused with the number")
    func tooMany() {
        #expect(throws: EnvironmentRecipe.Fault.tooMany(count: 101, most: 100)) {
            try EnvironmentRecipe((0...100).map { "p\($0)" }, driver: nil)
        }
    }
}

@Suite("The driver's version") struct DriverVersionTests {
    @Test(
        "is read from what the kernel says",
        arguments: [
            (
                "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.14  Thu Feb 22 01:44:30 UTC 2024\nGCC version: 12.2.0",
                "550.54.14"
            ),
            (
                "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release Build  (dvs@x)  Sun Jul 27 UTC 2025",
                "580.65.06"
            ),
        ])
    func read(text: String, version: String) {
        #expect(DriverVersion(procText: text)?.description == version)
    }

    @Test("is nothing where there is none", arguments: ["", "NVRM version:", "GCC version: 12.2.0", "NVRM version: x.y"])
    func none(text: String) { #expect(DriverVersion(procText: text) == nil) }

    @Test("is compared part by part") func order() throws {
        let versions = try ["450.80.02", "525.60.13", "525.105.17", "580.65.06"].map { try #require(DriverVersion($0)) }
        #expect(versions.sorted() == versions)
        #expect(versions.map(\.newestCUDA) == [11, 12, 12, 13])
    }
}
