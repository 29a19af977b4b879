#!/usr/bin/env python3
"""Measures what Flatline measures, by other means, and compares (README.md)."""

import argparse
import os
import random
import shutil
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from cells import ALL  # noqa: E402
from compare.comparison import compare, drawn, truths  # noqa: E402
from compare.flatline import Flatline  # noqa: E402
from compare.table import layout, truth_columns  # noqa: E402

HEAD = ["cell", "n", "true outcome", "signal", "time, s", "Flatline's outcome", "signal", "time, s", "allowed", "verdict"]


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flatline", default=".build/release/flatline", help="the built program (default: %(default)s)")
    parser.add_argument("--short", action="store_true", help="fewer cells and trials: under 40 seconds")
    parser.add_argument("--long", action="store_true", help="the cells that take up to 20 minutes, and only these")
    parser.add_argument("--cell", action="append", help="only this cell; may be repeated; * at the end stands for anything")
    parser.add_argument("--trials", type=int, help="of every cell (default: as the cell says)")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="of Flatline's draws (default: drawn)")
    parser.add_argument("--truth", action="store_true", help="measure without Flatline, at moments drawn by the seed")
    parser.add_argument("--keep", metavar="DIR", help="leave scenarios, rows, captures and packets there")
    parser.add_argument("--list", action="store_true", help="name the cells")
    return parser.parse_args()


def chosen(arguments):
    """(cell, trials) pairs."""
    def named(cell):
        return any(cell.name == each or each.endswith("*") and cell.name.startswith(each[:-1]) for each in arguments.cell)

    if arguments.cell:
        cells = [cell for cell in ALL if named(cell)]
    else:
        cells = [cell for cell in ALL if cell.long == arguments.long and (cell.short or not arguments.short)]
    return [(cell, arguments.trials or (cell.short if arguments.short else cell.trials)) for cell in cells]


def moments(cells, seed):
    return [(cell, drawn(cell, number, trials, seed)) for cell, trials in cells for number in range(trials)]


def only_truth(cells, seed, keep):
    tasks = moments(cells, seed)
    results, late = truths(tasks, keep)
    lines = []
    for cell, trials in cells:
        mine = [result for (each, _), result in zip(tasks, results) if each is cell]
        lines.append([cell.name, str(trials), *truth_columns(cell, mine), f"{cell.tolerance:.3f}", cell.meets])
    print(layout([*HEAD[:5], "allowed", "time is from the"], lines))
    return failures(tasks, results, late)


def failures(tasks, results, late):
    """Tells of the oracle's own; whether there are any."""
    failed = [(cell.name, result["why"]) for (cell, _), result in zip(tasks, results) if result["outcome"] == "error"]
    for name, why in failed:
        print(f"the oracle could not measure {name}: {why}", file=sys.stderr)
    print(f"timers were at most {late * 1000:.1f} ms late")
    return bool(failed)


def against(flatline, cells, seed, keep):
    """Compares, prints, and tells whether something disagrees."""
    refused = {
        cell: why for cell, trials in cells
        if (why := cell.unexpressible or flatline.refusal(flatline.write(cell, trials)))}
    able = [(cell, trials) for cell, trials in cells if cell not in refused]
    unable = moments([(cell, trials) for cell, trials in cells if cell in refused], seed)
    comparisons, theirs, mine, results = compare(flatline, able, seed, "rows", keep, unable)
    # What a busy machine did to one measurement it hardly does to the next.
    doubtful = [(comparison.cell, comparison.trials) for comparison in comparisons if not comparison.agrees]
    again = {}
    if doubtful:
        second, late_theirs, late_mine, _ = compare(flatline, doubtful, seed, "rows-again", keep)
        again = {comparison.cell: comparison for comparison in second}
        theirs, mine = max(theirs, late_theirs), max(mine, late_mine)
    final = [again.get(comparison.cell, comparison) for comparison in comparisons]
    bad = [comparison for comparison in final if not comparison.agrees]
    lines = [
        comparison.line(
            "DISAGREES" if comparison in bad else "agrees the second time" if comparison.cell in again else "agrees")
        for comparison in final]
    for cell in refused:
        own = [result for (each, _), result in zip(unable, results) if each is cell]
        lines.append([cell.name, str(len(own)), *truth_columns(cell, own), "", "", "", "", "not expressible"])
    print(layout(HEAD, lines))
    for comparison in bad:
        print(comparison.report())
    for comparison in comparisons:
        if comparison not in bad and comparison.cell in again and again[comparison.cell].agrees:
            print(f"\n{comparison.cell.name} agreed the second time; the first time:")
            print("\n".join(comparison.sentences()))
    for cell, why in refused.items():
        print(f"\n{cell.name} is not expressible: {why}")
    mispredicted = [f"{each.cell.name} ({each.mispredicted} of {each.trials})" for each in final if each.mispredicted]
    if mispredicted:
        print(f"\noutside Flatline's own prediction: {', '.join(mispredicted)}")
    print(f"\n{len(final) - len(bad)} of {len(final)} cells agree, {len(refused)} are not expressible; seed {seed}; "
          f"timers were at most {theirs * 1000:.1f} ms late while Flatline measured")
    return failures(unable, results, mine) or bool(bad)


def main():
    arguments = options()
    cells = chosen(arguments)
    if not cells:
        raise SystemExit("no such cell: --list names them")
    if arguments.list:
        for cell, trials in cells:
            print(f"{cell.name:45} {trials} trials, from the {cell.meets}, within {cell.tolerance:.3f} s")
        return 0
    if missing := [tool for tool in ("ip", "ss", "nft") if shutil.which(tool) is None]:
        raise SystemExit(f"missing: {' '.join(missing)} (make oracle installs iproute2 and nftables)")
    if arguments.keep:
        os.makedirs(arguments.keep, exist_ok=True)
    if arguments.truth:
        return int(only_truth(cells, arguments.seed, arguments.keep))
    with tempfile.TemporaryDirectory(prefix="flatline-oracle-") as scratch:
        flatline = Flatline(arguments.flatline, arguments.keep or scratch)
        return int(against(flatline, cells, arguments.seed, arguments.keep))


if __name__ == "__main__":
    sys.exit(main())
