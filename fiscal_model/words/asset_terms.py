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

class SaleMethod(Term):
    ONLINE_AUCTION = "online_auction", "网上竞价"
    AUCTION = "auction", "拍卖"
    EXCHANGE = "exchange", "产权交易所挂牌"
    AGREEMENT = "agreement", "协议转让"

class AssetOption(Term):
    LEASE = "lease", "出租"
    SELL = "sell", "出售"
    INJECT = "inject", "注入企业"
    TRUST = "trust", "不动产证券化"

class ResourceKind(Term):
    LAND = "land", "土地"
    MINERAL = "mineral", "矿产"
    FOREST = "forest", "森林"
    GRASSLAND = "grassland", "草地"
    WATER = "water", "水资源"
# fmt: on
