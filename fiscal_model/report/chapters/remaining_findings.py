"""Paragraphs of the annex that are still written in Python, by topic."""

from __future__ import annotations

from fiscal_model.model.futures import moved_by_percentile
from fiscal_model.report.chapters.contingent_text import contingent_sentences
from fiscal_model.report.chapters.indicators_text import rule_sentences
from fiscal_model.report.chapters.measures_text import temporary_payment_sentences
from fiscal_model.report.chapters.odds_text import odds_in_words, sources_in_words
from fiscal_model.report.chapters.position_text import position_sentence
from fiscal_model.report.chapters.rating_text import rating_sentences
from fiscal_model.report.chapters.realism_text import realism_sentences
from fiscal_model.report.chapters.reserve_text import reserve_sentences
from fiscal_model.report.chapters.reverse_stress_text import break_paragraphs
from fiscal_model.report.chapters.warning_text import warning_sentences
from fiscal_model.report.material import Material


def detail(m: Material, topic: str) -> list[str]:
    """The paragraphs of a topic; empty where there is nothing to say."""
    plan = m.plan
    moved = [each for each in m.alternatives.values() if moved_by_percentile(each.basis)]
    topics = {
        "付息超过线的处置": lambda: rule_sentences(m),
        "暂付款和或有负债": lambda: [*temporary_payment_sentences(plan), *contingent_sentences(plan)[1:]],
        "“三保”预警": lambda: warning_sentences(plan, m.fan),
        "承受能力评级": lambda: rating_sentences(m),
        "情景在模拟中的位置": lambda: [position_sentence(m, each) for each in moved],
        "模拟": lambda: [
            *odds_in_words(m),
            *sources_in_words(m),
            *realism_sentences(plan),
            *reserve_sentences(plan, m.fan),
        ],
        "什么情况会打破规划": lambda: break_paragraphs(plan),
    }
    return list(topics[topic]())


FINDINGS = {"detail": detail}
