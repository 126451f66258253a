from newsroom.models.advertising import Campaign, ClickDay, Slot
from newsroom.models.notice import Notice
from newsroom.models.notice_hour import Day, NoticeHour
from newsroom.models.page import Page, PageAddress
from newsroom.models.paper import Link, Paper

__all__ = ["Campaign", "ClickDay", "Day", "Link", "Notice", "NoticeHour", "Page", "PageAddress", "Paper", "Slot"]
