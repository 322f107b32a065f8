#!/usr/bin/env python3
"""check-metrics.py SCRAPE RULES DASHBOARD: every number that alerts and dashboard name is one that the gate exports, with
the labels that they go by and the values that they compare with."""
import json
import re
import sys

# Given by Prometheus itself, not by the gate.
GIVEN = {"job", "instance", "le"}
NAME = re.compile(r"\b(sallyport_[a-z_]+)(\{[^}]*\})?")
MATCHER = re.compile(r'([a-z_]+)\s*(=~|!~|!=|=)\s*"([^"]*)"')
GROUPING = re.compile(r"\b(?:by|on|without|ignoring)\s*\(([^)]*)\)")


def exported(scrape):
    """name -> label -> values"""
    found = {}
    for line in scrape.splitlines():
        series = re.match(r"(sallyport_[a-z_]+)(?:\{(.*)\})? ", line)
        if series:
            labels = found.setdefault(series.group(1), {})
            for label, value in re.findall(r'([a-z_]+)="((?:[^"\\]|\\.)*)"', series.group(2) or ""):
                labels.setdefault(label, set()).add(value)
    return found


def expressions(rules, dashboard):
    """(where, expression), those of the dashboard with its variables."""
    for alert, expr in re.findall(r"- alert: (\w+)\n\s+expr: (?:\|\n)?((?:.|\n)*?)\n\s+(?:for|labels):", rules):
        yield alert, expr
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target["expr"]
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "query":
            yield "$" + variable["name"], re.sub(r"label_values\((.*), (\w+)\)", r"sum by (\2) (\1)", variable["query"])


def problems(where, expr, found):
    known = set(GIVEN)
    for name, braces in NAME.findall(expr):
        if name not in found:
            yield f"{where}: the gate has no {name}"
            continue
        known |= set(found[name])
        for label, operator, value in MATCHER.findall(braces):
            if label not in found[name] and label not in GIVEN:
                yield f"{where}: {name} has no label `{label}`"
            elif operator == "=" and label not in GIVEN and value not in found[name][label]:
                yield f"{where}: no {name} has {label}=\"{value}\""
    for group in GROUPING.findall(expr):
        for label in filter(None, (each.strip() for each in group.split(","))):
            if label not in known:
                yield f"{where}: nothing has the label `{label}`"


def main():
    scrape, rules, dashboard = (open(name, encoding="utf-8").read() for name in sys.argv[1:4])
    found = exported(scrape)
    checked = list(expressions(rules, json.loads(dashboard)))
    wrong = [each for where, expr in checked for each in problems(where, expr, found)]
    named = {name for _, expr in checked for name, _ in NAME.findall(expr)}
    print("\n".join(wrong or [f"{len(checked)} expressions name {len(named)} numbers, and the gate has them all"]))
    return 1 if wrong or len(checked) < 20 else 0


if __name__ == "__main__":
    sys.exit(main())
