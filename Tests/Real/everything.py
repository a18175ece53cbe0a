"""What `make test-real` runs: each check against a server of its own, one after the other; the last line counts them."""

import argparse
import os
import pathlib
import sys
import time
import traceback

import framework_check
import plan_check
import session_check
import site_pages
import terminal_check
from site_pages import Site


def sessions(given, playwright) -> None:
    with Site(given.carrel, simulate="a100:3") as site:
        browser = site_pages.launch(playwright)
        session_check.check(browser, site, given.jupyter, given.folder)
        session_check.check_command_line(browser, site, given.jupyter)
        browser.close()


def terminals(given, playwright) -> None:
    with Site(given.carrel, simulate="a100:2") as site:
        browser = site_pages.launch(playwright)
        context = browser.new_context(viewport={"width": 1200, "height": 800})
        site_pages.sign_in(context, site)
        print("  " + str(terminal_check.check(context.new_page(), site.address)))
        browser.close()


def pictures(given, playwright) -> None:
    with Site(given.carrel) as site:
        site_pages.fill(site)
        browser = site_pages.launch(playwright)
        context = site_pages.new_context(browser)
        site_pages.sign_in(context, site)
        print(f"  {plan_check.check(context.new_page(), site)} figures of Plan are those of the command line")
        complaints = site_pages.check(browser, site, given.folder)
        browser.close()
        assert not complaints, "\n".join(complaints)


def frameworks(given, _) -> None:
    with Site(given.carrel, simulate="a100:1") as site:
        framework_check.check(site)


CHECKS = {"sessions": sessions, "terminals": terminals, "pages": pictures, "frameworks": frameworks}


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--carrel", required=True, help="the program")
    options.add_argument("--jupyter", required=True, help="a virtual environment with JupyterLab that every user may read")
    options.add_argument("--folder", type=pathlib.Path, required=True, help="where pictures go")
    options.add_argument("checks", nargs="*", help=f"some of: {', '.join(CHECKS)}; all unless given")
    given = options.parse_args()
    if unknown := [name for name in given.checks if name not in CHECKS]:
        options.error(f"there is no check {', '.join(unknown)}; there are {', '.join(CHECKS)}")
    from playwright.sync_api import sync_playwright

    if os.geteuid() != 0:
        print("Skipped: what another Unix user could do to a session; only root can act as two users.")
    failed = []
    wanted = given.checks or list(CHECKS)
    with sync_playwright() as playwright:
        for name in wanted:
            print(f"{name} ...", flush=True)
            begin = time.monotonic()
            try:
                CHECKS[name](given, playwright)
            except Exception:
                # Browsers on a busy machine are late now and then: what fails twice is wrong. Both are told.
                traceback.print_exc()
                print(f"{name}: failed once; trying again", flush=True)
                try:
                    CHECKS[name](given, playwright)
                except Exception:
                    traceback.print_exc()
                    failed.append(name)
            print(f"{name}: {'FAILED' if name in failed else 'passed'} after {time.monotonic() - begin:.0f} s", flush=True)
    print(f"{len(wanted) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
