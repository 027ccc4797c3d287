"""The words of the performance ledgers."""

from __future__ import annotations

from fiscal_model.words.vocabulary import Term


# fmt: off
class DocumentTier(Term):
    OPINION = "opinion", "总体意见", "实施意见"
    MEASURE = "measure", "综合办法"
    STAGE = "stage", "环节办法"
    DETAIL = "detail", "配套制度"

class Theme(Term):
    STATE_ASSETS = "state_assets", "国有资产管理"
    PURCHASED_SERVICES = "purchased_services", "政府购买服务"
    PROCUREMENT = "procurement", "政府采购"

class Sector(Term):
    EDUCATION = "education", "教育"
    AGRICULTURE = "agriculture", "农业"
    FORESTRY = "forestry", "林草"
    WATER = "water", "水务"
    HEALTH = "health", "卫健"
    HOUSING = "housing", "住建"

class Evaluated(Term):
    PROJECT = "project", "项目"
    POLICY = "policy", "政策"
    DEPARTMENT = "department", "部门整体"

class ResultOf(Term):
    REVIEW = "review", "预算评审"
    TARGETS = "targets", "目标管理"
    MONITORING = "monitoring", "运行监控"
    EVALUATION = "evaluation", "绩效评价"
# fmt: on
