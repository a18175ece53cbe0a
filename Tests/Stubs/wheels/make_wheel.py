"""Writes a tiny wheel: make_wheel.py NAME FOLDER. Its module has `word`."""
import sys
import zipfile

name, folder = sys.argv[1:]
info = f"{name}-1.0.dist-info"
files = {
    f"{name}/__init__.py": f"word = 'hello from {name}'\n",
    f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
    f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
}
files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
with zipfile.ZipFile(f"{folder}/{name}-1.0-py3-none-any.whl", "w") as wheel:
    for path, text in files.items():
        wheel.writestr(path, text)
