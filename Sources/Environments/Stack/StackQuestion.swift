/// What is asked of an environment's Python. One line of JSON is the answer.
enum StackQuestion {
    static let script = """
        import sys
        # With -c the current folder comes first: whoever may write there could have an administrator run what they like.
        sys.path[:] = [folder for folder in sys.path if folder]
        import ctypes, importlib.metadata as meta, importlib.util as util, json, os, re

        answer = {"frameworks": []}
        try:
            driver = ctypes.CDLL("libcuda.so.1")
            number = ctypes.c_int()
            if driver.cuDriverGetVersion(ctypes.byref(number)) == 0:
                answer["driverCUDA"] = number.value
            for line in open("/proc/self/maps"):
                found = re.search(r"/libcuda\\.so\\.(\\d+(?:\\.\\d+)+)$", line.strip())
                if found:
                    answer["library"] = found.group(1)
        except OSError:
            pass

        def short(error):
            words = " ".join(str(error).split())
            return words[:300] or type(error).__name__

        def torch(known):
            import torch as t
            known["cuda"] = t.version.cuda or t.version.hip
            known["devices"] = t.cuda.device_count() if t.cuda.is_available() else 0
            known["architectures"] = list(t.cuda.get_arch_list())
            if t.version.cuda:
                number = t.backends.cudnn.version()
                if number:
                    known["cudnn"] = "%d.%d.%d" % (number // 10000, number // 100 % 100, number % 100)
                known["nccl"] = ".".join(str(part) for part in t.cuda.nccl.version())
                if not known["devices"]:
                    t.cuda.init()
                pairs = [t.cuda.get_device_capability(index) for index in range(known["devices"])]
                known["capabilities"] = [10 * major + minor for major, minor in pairs]

        def tensorflow(known):
            os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
            import tensorflow as t
            build = t.sysconfig.get_build_info()
            if build.get("is_cuda_build"):
                known["cuda"], known["cudnn"] = build.get("cuda_version"), build.get("cudnn_version")
            known["devices"] = len(t.config.list_physical_devices("GPU"))

        def jax(known):
            for major in ("13", "12"):
                if util.find_spec("jax_cuda%s_plugin" % major):
                    known["cuda"] = major
                    break
            import jax as t
            known["devices"] = len([device for device in t.devices() if device.platform == "gpu"])

        for name, shown, look in (("torch", "PyTorch", torch), ("tensorflow", "TensorFlow", tensorflow), ("jax", "JAX", jax)):
            if "driver" in sys.argv[1:] or util.find_spec(name) is None:
                continue
            known = {"name": shown, "version": "", "devices": 0, "architectures": [], "capabilities": [], "loaded": False}
            for package in (name, name + "-cpu"):
                try:
                    known["version"] = meta.version(package)
                    break
                except meta.PackageNotFoundError:
                    pass
            try:
                __import__(name)
                known["loaded"] = True
                look(known)
            except BaseException as error:
                known["failure"] = short(error)
            answer["frameworks"].append(known)
        sys.stdout.flush()
        print()
        print(json.dumps(answer))
        """
}
