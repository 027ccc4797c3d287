"""Paragraphs of the annex that are still written in Python, by topic."""

from __future__ import annotations

from fiscal_model.report.chapters.indicators_text import rule_sentences
from fiscal_model.report.material import Material


def detail(m: Material, topic: str) -> list[str]:
    """The paragraphs of a topic; empty where there is nothing to say."""
    topics = {"付息超过线的处置": lambda: rule_sentences(m)}
    return list(topics[topic]())


FINDINGS = {"detail": detail}
