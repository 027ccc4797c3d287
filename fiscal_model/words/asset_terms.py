"""The words of the asset ledgers."""

from __future__ import annotations

from fiscal_model.words.vocabulary import Term


# fmt: off
class AssetKind(Term):
    BUILDING = "building", "房屋"
    LAND = "land", "土地"
    EQUIPMENT = "equipment", "设备"
    VEHICLE = "vehicle", "车辆"
    OTHER = "other", "其他"

class AssetState(Term):
    USED = "used", "在用"
    SHARED = "shared", "共用"
    LEASED = "leased", "出租"
    IDLE = "idle", "闲置"
    SCRAP = "scrap", "待报废"
# fmt: on
