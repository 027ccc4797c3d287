"""The words of the project library and of certificates of the affordability assessment."""

from __future__ import annotations

from fiscal_model.words.vocabulary import Term


# fmt: off
class Maturity(Term):
    RESERVE = "reserve", "储备", "前期论证"
    MATURE = "mature", "成熟", "具备条件"
    BUDGETED = "budgeted", "已列预算"
    EXECUTING = "executing", "执行", "执行中"
    EXITED = "exited", "退出", "已退出"

class Linkage(Term):
    FIXED = "fixed", "固定增长", "经常性增长机制"
    GDP = "gdp", "与生产总值挂钩"
    REVENUE = "revenue", "与财政收支增幅挂钩", "与财政收入挂钩"
    OTHER = "other", "与其他经济社会指标挂钩"

class IndicatorKind(Term):
    QUANTITY = "quantity", "数量指标"
    QUALITY = "quality", "质量指标"
    TIMELINESS = "timeliness", "时效指标"
    COST = "cost", "成本指标"
    BENEFIT = "benefit", "效益指标", "社会效益指标", "经济效益指标", "生态效益指标"
    SATISFACTION = "satisfaction", "满意度指标"

class Better(Term):
    HIGHER = "higher", "越高越好"
    LOWER = "lower", "越低越好"

class CertificateOutcome(Term):
    PASSED = "passed", "通过"
    CONDITIONAL = "conditional", "有条件通过"
    REFUSED = "refused", "不通过", "未通过"

class LibraryOutcome(Term):
    ENTERS = "enters", "进入预算"
    DEFERRED = "deferred", "暂缓"
    EXPIRED = "expired", "到期退库"
    EXITS = "exits", "退出"
# fmt: on
