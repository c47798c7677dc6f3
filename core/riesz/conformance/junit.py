"""A report as JUnit XML, which continuous integration shows: a test suite for each backend."""

from __future__ import annotations

from itertools import groupby
from xml.etree import ElementTree as Xml

from .report import Report, line
from .result import Result, Status

SKIPPED = (Status.EXPECTED_FAILURE, Status.UNSUPPORTED, Status.ABSENT)
ELEMENTS = {Status.FAILED: "failure", Status.UNEXPECTED_PASS: "failure", Status.ERROR: "error"}
ELEMENTS |= dict.fromkeys(SKIPPED, "skipped")


def junit(report: Report) -> str:
    """The XML. What a run as a whole lacks is a failed test of its own."""
    root = Xml.Element("testsuites", name="riesz conformance", time=str(report.seconds))
    for backend, results in groupby(report.results, key=lambda result: result.backend):
        _suite(root, backend, list(results))
    gaps = report.gaps()
    if gaps:
        suite = Xml.SubElement(root, "testsuite", name="run", tests=str(len(gaps)))
        suite.set("failures", str(len(gaps)))
        for gap in gaps:
            case = Xml.SubElement(suite, "testcase", classname="run", name=gap)
            Xml.SubElement(case, "failure", message=gap)
    return Xml.tostring(root, encoding="unicode", xml_declaration=True)


def _suite(root: Xml.Element, backend: str, results: list[Result]) -> None:
    kinds = [ELEMENTS.get(result.status) for result in results]
    suite = Xml.SubElement(root, "testsuite", name=backend, tests=str(len(results)))
    for word, kind in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(word, str(kinds.count(kind)))
    for result, element in zip(results, kinds, strict=True):
        case = Xml.SubElement(suite, "testcase", classname=f"{backend}.{result.operator}")
        case.set("name", f"{result.check}[{result.dtype}]")
        if element is not None:
            Xml.SubElement(case, element, type=str(result.status), message=line(result))
