from newsroom.models.notice import Notice
from newsroom.models.notice_hour import Day, NoticeHour
from newsroom.models.paper import Link, Paper

__all__ = ["Day", "Link", "Notice", "NoticeHour", "Paper"]
