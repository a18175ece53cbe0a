import ChildProcess
import CommandLine
import FleetModel
import Foundation

/// Products of matrices by the frameworks that this place's Python has.
enum FrameworkProbe {
    /// One framework on one device.
    struct Result {
        let curve: ProbeReport.Curve
    }

    private struct Answer: Decodable {
        struct Curve: Decodable {
            let framework: String
            let device: String
            let gpu: Bool
            let points: [[Double]]
        }

        let curves: [Curve]
        let missing: [String]
    }

    private static let frameworks = ["PyTorch", "JAX", "TensorFlow"]

    static func run(budget: TimeSpan, missing: inout [String]) async -> [Result] {
        guard
            let python = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":").map({ "\($0)/python3" }).first(
                where: {
                    FileManager.default.isExecutableFile(atPath: $0)
                })
        else {
            missing.append(
                "PyTorch, JAX, TensorFlow: there is no python3 here. `carrel probe --gpus 1 --env NAME` measures them in an environment"
            )
            return []
        }
        let seconds = max(1, budget.milliseconds / 3_000)
        let starter = ChildStarter.spawning(
            executable: python, arguments: ["-c", script, "\(seconds)"],
            environment: ProcessInfo.processInfo.environment)
        let run = ChildRun(starter, answerLimit: 1 << 20)
        let deadline = Duration.milliseconds(budget.milliseconds * 3 + 180_000)
        guard case .line(let line)? = await onOwnThread({ run.run(deadline: deadline) }),
            let answer = try? JSONDecoder().decode(Answer.self, from: Data(line))
        else {
            missing.append("PyTorch, JAX, TensorFlow: \(python) gave no answer")
            return []
        }
        if answer.missing.count == frameworks.count, answer.missing.allSatisfy({ $0.hasSuffix("not installed here") }) {
            missing.append(
                "PyTorch, JAX, TensorFlow: \(python) has none of them. `carrel env create torch --with pytorch`, then `carrel probe --gpus 1 --env torch`"
            )
        } else {
            missing += answer.missing
        }
        return answer.curves.map { curve in
            Result(
                curve: ProbeReport.Curve(
                    method: curve.framework + (curve.gpu ? " GPU" : " CPU"), isOnGPU: curve.gpu, device: curve.device,
                    threads: nil,
                    points: curve.points.compactMap { pair in
                        guard pair.count == 2, let size = Int(exactly: pair[0]), size > 0, pair[1] > 0 else { return nil }
                        let side = Double(size)
                        return ProbeReport.Point(
                            size: size, seconds: pair[1], operationsPerSecond: 2 * side * side * side / pair[1])
                    }, end: nil))
        }
    }

    /// Prints one line of JSON. No file of the current folder is taken for a module. Each size runs until a share of its time is over; on a GPU a result is waited for.
    private static let script = """
        import sys
        sys.path[:] = [place for place in sys.path if place]
        import json, os, time
        budget = float(sys.argv[1])
        answer = os.fdopen(os.dup(1), "w")
        os.dup2(2, 1)
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
        # Full single precision, as Carrel's own kernels compute: tensor cores would round to TF32.
        os.environ["NVIDIA_TF32_OVERRIDE"] = "0"
        curves, missing = [], []
        def measure(make, multiply):
            points, begin, last = [], time.perf_counter(), 0.0
            for side in (16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192):
                if points and last * 8 > budget - (time.perf_counter() - begin): break
                a, b = make(side), make(side)
                multiply(a, b)
                best, runs, start = 1e9, 0, time.perf_counter()
                while runs < 7 and (runs == 0 or time.perf_counter() - start < budget / 10):
                    now = time.perf_counter(); multiply(a, b); best = min(best, time.perf_counter() - now); runs += 1
                points.append([side, best]); last = time.perf_counter() - start
            return points
        def torch_():
            import torch
            torch.backends.cuda.matmul.allow_tf32 = False
            for device in ["cpu"] + (["cuda"] if torch.cuda.is_available() else []):
                def multiply(a, b):
                    c = a @ b
                    if device == "cuda": torch.cuda.synchronize()
                    return c
                name = torch.cuda.get_device_name(0) if device == "cuda" else "cpu"
                yield name, device == "cuda", measure(lambda n: torch.rand(n, n, device=device), multiply)
        def jax_():
            import jax
            jax.config.update("jax_default_matmul_precision", "highest")
            from jax import numpy
            kinds = [jax.devices("cpu")[0]] + [d for d in jax.devices()[:1] if d.platform != "cpu"]
            for device in kinds:
                def make(n): return jax.device_put(numpy.ones((n, n), dtype="float32"), device)
                product = jax.jit(lambda a, b: a @ b)
                yield str(getattr(device, "device_kind", device)), device.platform != "cpu", measure(make, lambda a, b: product(a, b).block_until_ready())
        def tensorflow_():
            import tensorflow
            tensorflow.config.experimental.enable_tensor_float_32_execution(False)
            places = ["/CPU:0"] + (["/GPU:0"] if tensorflow.config.list_physical_devices("GPU") else [])
            for place in places:
                def make(n):
                    with tensorflow.device(place): return tensorflow.random.uniform((n, n))
                def multiply(a, b):
                    with tensorflow.device(place): return tensorflow.linalg.matmul(a, b)[0, 0].numpy()
                yield place, place.startswith("/GPU"), measure(make, multiply)
        for name, probe in (("PyTorch", torch_), ("JAX", jax_), ("TensorFlow", tensorflow_)):
            try:
                for device, gpu, points in probe():
                    curves.append({"framework": name, "device": device, "gpu": gpu, "points": points})
            except ImportError:
                missing.append(name + ": it is not installed here")
            except Exception as error:
                missing.append(name + ": " + type(error).__name__ + ": " + str(error)[:200])
        answer.write(json.dumps({"curves": curves, "missing": missing}) + "\\n")
        answer.flush()
        os._exit(0)
        """
}
