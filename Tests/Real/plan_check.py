"""The pages *Plan* show the same figures as the command line, with their pictures, in a real browser."""

import json
import os
import subprocess


def ask(site, *arguments: str):
    # Bills and imported prices of whoever runs this are none of the page's.
    variables = {name: value for name, value in os.environ.items() if name != "XDG_CONFIG_HOME"} | {"HOME": str(site.folder)}
    done = subprocess.run(
        [site.carrel, "plan", *arguments, "--json"], capture_output=True, text=True, timeout=60, check=True, env=variables)
    return json.loads(done.stdout)


def gibibytes(count: int) -> str:
    tenths = int(count / 107374182.4 + 0.5)
    return f"{(tenths + 5) // 10} GiB" if tenths >= 1000 else f"{tenths // 10}.{tenths % 10} GiB"


def figure(page, name: str) -> str:
    """The large number of that name."""
    return page.locator("dl.figures > div", has=page.locator("dt", has_text=name)).locator("dd").first.inner_text()


def check(page, site) -> int:
    """Returns how many figures were compared."""
    compared = 0

    def same(said: str, expected: str, what: str) -> None:
        nonlocal compared
        assert said.startswith(expected), f"{what}: the page says {said!r}, the command line {expected!r}"
        compared += 1

    page.goto(site.address + "/plan")
    page.fill("[name=model]", "llama-3.1-8b")
    page.select_option("[name=method]", "full")
    page.fill("[name=gpu]", "rtx4090")
    page.get_by_role("button", name="Show", exact=True).click()
    answer = ask(site, "fit", "llama-3.1-8b", "--method", "full", "--gpu", "rtx4090")
    for name, key in (("At least", "lowerBytes"), ("Expected", "expectedBytes"), ("Safe with", "safeBytes")):
        same(figure(page, name), gibibytes(answer[key]), name)
    assert page.locator("svg.bar").count() >= len(answer["parts"])
    assert "does not fit" in page.locator("main").inner_text()

    page.goto(site.address + "/plan/cost")
    page.fill("[name=gpu]", "h100")
    page.fill("[name=utilisation]", "60%")
    page.fill("[name=electricity]", "0.13")
    page.get_by_role("button", name="Show", exact=True).click()
    answer = ask(site, "cost", "--gpu", "h100", "--utilisation", "60%", "--electricity", "0.13")
    for name, key in (("Own", "ownPerUsefulHour"), ("Rent", "rentPerUsefulHour")):
        same(figure(page, name), f"{answer[key]:,.2f} USD", name)
    same(figure(page, "Owning pays from"), f"{answer['breakEven'] * 100:.0f} %", "break-even")
    curve = page.locator("svg.curve polyline.own")
    assert curve.count() == 1 and curve.bounding_box()["height"] > 20, "the curve is not drawn"
    assert page.locator("main table tbody tr").count() >= len(answer["rents"]) + len(answer["assumptions"])

    page.goto(site.address + "/plan/device?task=matmul&size=500")
    page.wait_for_selector("text=You don't need a GPU for this")
    page.goto(site.address + "/plan/gpu?for=education&budget=600")
    first = ask(site, "gpu", "--for", "education", "--budget", "600")["candidates"][0]["gpu"]
    same(page.locator("[aria-labelledby=chosen-title] tbody th").first.inner_text(), first, "the best for education")
    page.goto(site.address + "/plan/compare?gpu=a100,mi100,rtx4090")
    for one in ask(site, "compare", "a100", "mi100", "rtx4090")["accelerators"]:
        same(page.locator("th", has_text=one["name"]).first.inner_text(), one["name"], "side by side")
    page.goto(site.address + "/plan?model=nosuch")
    assert "No model named" in page.get_by_role("alert").inner_text()
    return compared
