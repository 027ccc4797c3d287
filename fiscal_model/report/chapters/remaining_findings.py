"""Paragraphs of the annex that are still written in Python, by topic."""

from __future__ import annotations

from fiscal_model.model.futures import moved_by_percentile
from fiscal_model.model.planbook import published_first_year
from fiscal_model.report.chapters.balance_rules_text import balance_rule_sentences
from fiscal_model.report.chapters.budget_use_text import budget_use_sentence
from fiscal_model.report.chapters.consistency_text import consistency_sentences
from fiscal_model.report.chapters.contingent_text import contingent_sentences
from fiscal_model.report.chapters.grants_text import land_sentences, land_tail_sentence, transfer_sentences
from fiscal_model.report.chapters.indicators_text import rule_sentences
from fiscal_model.report.chapters.measures_text import temporary_payment_sentences
from fiscal_model.report.chapters.odds_text import odds_in_words, sources_in_words
from fiscal_model.report.chapters.position_text import position_sentence
from fiscal_model.report.chapters.rating_text import rating_sentences
from fiscal_model.report.chapters.realism_text import realism_sentences
from fiscal_model.report.chapters.reserve_text import reserve_sentences
from fiscal_model.report.chapters.revenue_method_text import method_sentences
from fiscal_model.report.chapters.reverse_stress_text import break_paragraphs
from fiscal_model.report.chapters.warning_text import warning_sentences
from fiscal_model.report.lower_levels_text import passed_on_sentences
from fiscal_model.report.material import Material


def detail(m: Material, topic: str) -> list[str]:
    """The paragraphs of a topic; empty where there is nothing to say."""
    plan = m.plan
    moved = [each for each in m.alternatives.values() if moved_by_percentile(each.basis)]
    topics = {
        "收入测算方法": lambda: method_sentences(m),
        "上级补助": lambda: [*passed_on_sentences(plan), *transfer_sentences(plan)],
        "与批准预算": lambda: [budget_use_sentence(plan)] if published_first_year(plan) else [],
        "土地出让": lambda: [*land_sentences(plan), *([land_tail_sentence(plan)] if m.knows("land_revenue") else [])],
        "平衡规则和核对": lambda: [*balance_rule_sentences(plan), *consistency_sentences(plan)],
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
