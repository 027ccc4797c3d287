"""The words of the thrift ledgers."""

from __future__ import annotations

from fiscal_model.words.vocabulary import Term


# fmt: off
class RunningItem(Term):
    ABROAD = "abroad", "因公出国（境）费", "因公出国境费"
    VEHICLE_PURCHASE = "vehicle_purchase", "公务用车购置费"
    VEHICLE_RUNNING = "vehicle_running", "公务用车运行维护费", "公务用车运行费"
    RECEPTION = "reception", "公务接待费"
    MEETINGS = "meetings", "会议费"
    TRAINING = "training", "培训费"
    TRAVEL = "travel", "差旅费"
    OTHER = "other", "其他一般性支出"

THREE_PUBLICS = (RunningItem.ABROAD, RunningItem.VEHICLE_PURCHASE, RunningItem.VEHICLE_RUNNING, RunningItem.RECEPTION)
"""What “三公” counts: travel abroad, official cars, receptions."""

class EventKind(Term):
    MEETING = "meeting", "会议"
    TRAINING = "training", "培训"

class EventClass(Term):
    ONE = "one", "一类"
    TWO = "two", "二类"
    THREE = "three", "三类"
    FOUR = "four", "四类"

class BuildingWork(Term):
    NEW = "new", "新建"
    EXTENSION = "extension", "改扩建", "扩建", "改建"
    REPAIR = "repair", "维修改造", "维修", "修缮"
# fmt: on
