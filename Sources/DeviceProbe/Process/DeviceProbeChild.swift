import ChildProcess
import FleetModel
import Glibc

/// The child's side: does what its words say, prints one line of JSON, ends.
package enum DeviceProbeChild {
    /// A child that nobody waits for any more ends by itself after this many seconds.
    private static let longestLife: UInt32 = 900

    /// What a hidden verb of the product does with the words that follow it: `ProbeOrder` has them. The exit code is 0
    /// when a line was printed, whatever it says, 64 when a word was not understood, 1 when nobody took the line.
    ///
    /// It doesn't return: a driver's library may have something to say at a process's ordinary end, and may never be done
    /// with it.
    package static func main(_ arguments: [String]) -> Never {
        _exit(run(arguments))
    }

    /// The same for a program that ends by itself, with `_exit`. Changes this process: its open files, its environment, its
    /// standard output, its alarm.
    package static func run(_ arguments: [String]) -> Int32 {
        let order: ProbeOrder
        do {
            order = try ProbeOrder(parsing: arguments)
        } catch {
            _ = ChildDescriptors.write(Array("carrel: a probe does not know “\(error.word)”\n".utf8), to: STDERR_FILENO)
            return 64
        }
        alarm(longestLife)
        ChildDescriptors.closeInherited()
        // What a library prints must not get into the answer.
        let answer = dup(STDOUT_FILENO)
        dup2(STDERR_FILENO, STDOUT_FILENO)
        ChildDescriptors.endWithReader(of: answer)
        confine(to: order.target)
        var isAnswered = false
        let line = try? Self.answer(to: order) { early in
            isAnswered = (try? early.line).map { ChildDescriptors.write($0, to: answer) } ?? false
        }.line
        if isAnswered { return 0 }
        return line.map { ChildDescriptors.write($0, to: answer) } ?? false ? 0 : 1
    }

    /// The driver shall touch no other device: one may be sick, others are at work. A slice shows only so.
    private static func confine(to target: ProbeTarget) {
        setenv("CUDA_DEVICE_ORDER", "PCI_BUS_ID", 1)
        // Nothing is kept in the home folder of whoever this runs as.
        setenv("CUDA_CACHE_DISABLE", "1", 1)
        // Products of single precision shall be that, whatever the environment asks of cuBLAS.
        setenv("NVIDIA_TF32_OVERRIDE", "0", 1)
        guard let key = target.key else { return }
        setenv("CUDA_VISIBLE_DEVICES", key.name, 1)
    }

    private static func answer(to order: ProbeOrder, early: (ProbeAnswer) -> Void) -> ProbeAnswer {
        var answer = ProbeAnswer(), generator = SystemRandomNumberGenerator()
        let seed = order.seed ?? generator.next()
        switch order.task {
        case .examine:
            answer.outcome = DeviceExaminer.examine(
                order.target, budget: order.budget, bytes: order.bytes, seed: seed)
        case .processorCurves:
            answer.curves = ProcessorCurves.measure(budget: order.budget, largest: order.largest, seed: order.seed ?? 1)
        case .deviceCurves:
            do {
                answer.curves = try DeviceCurves.measure(
                    order.target, budget: order.budget, largest: order.largest, seed: order.seed ?? 1)
            } catch {
                answer.deviceFailure = error
            }
        case .canaryFill:
            do {
                var isFirst = true
                answer.filled = try MemoryCanary.fill(
                    order.target, seed: seed, thousandths: order.thousandths, kind: order.memory,
                    isFreed: order.isFreed
                ) { filled in
                    if order.isHeld, isFirst {
                        var answer = ProbeAnswer()
                        answer.filled = filled
                        early(answer)
                    }
                    isFirst = false
                    return order.isHeld
                }
            } catch {
                answer.canaryFailure = error
            }
        case .canaryCount:
            do {
                answer.counted = try MemoryCanary.count(order.target, seed: seed)
            } catch {
                answer.canaryFailure = error
            }
        }
        return answer
    }
}
