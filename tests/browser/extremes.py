"""A newspaper of extremes, printed by the site itself: the longest and the shortest words, ten bylines, Arabic."""

from categories.models import Category
from newsroom.models import Paper
from tests.factories import make_article, make_author, make_category, make_comment, make_photo, make_tag, picture_file

LONGEST = (
    "Rhabarberbarbarabarbarbarenbartbarbierbierbar reopens after Llanfairpwllgwyngyllgogerychwyrndrobwllllanty"
    "siliogogogoch council’s 14-hour sitting on subterranean floodwater-infrastructure overspend"
)[:200]
LONG = "Ministers face fresh questions over flood defences as 11 coastal towns count the cost of the wettest November"
SHORT = "War is over"
ARABIC = "المجلس البلدي يصوّت على إبقاء ساعة البرج متأخرة إحدى عشرة دقيقة بعد أربع وتسعين كلمة"
ARABIC_BODY = (
    "<p>صوّت أعضاء المجلس بالتساوي على تصحيح ساعة البلدة، ثم وقف رئيس البلدية وقال كلمته الأخيرة في الثامنة مساءً.</p>"
    "<h2>ساعة لا تكذب</h2><p>يقول السكان إن الساعة «تعرف ما تفعل»، وإن 11 دقيقة لا تكفي لتفويت القطار رقم 42.</p>"
    "<blockquote><p>لا أحد في عجلة من أمره هنا.</p></blockquote><ul><li>أولاً</li><li>ثانياً</li></ul>"
)
BODY = "<p>" + "Rain fell on the town for the ninth day, and the river rose by a hand. " * 12 + "</p>"


def print_it() -> None:
    paper = Paper.current()
    paper.name = "The Llanfairpwllgwyngyll & District Evening Intelligencer and Advertiser"
    paper.tagline = "All the news, some of it twice"
    paper.save()
    world = make_category("world", name="World")
    long_named = make_category("infrastructure", name="Infrastructure, Housing & Neighbourhoods", colour="brick")
    Category.objects.get_or_create(slug="floods", defaults={"name": "Floods", "parent": world, "colour": "moss"})
    make_category("arabic", name="العالم العربي", colour="teal")
    ten = tuple(
        make_author(f"wilhelmina-featherstonehaugh-{n}", job_title="Deputy Special Correspondent").pk for n in range(10)
    )
    photo = make_photo(file=picture_file(size=(1600, 1000)), caption="A square of teal " * 12, credit="Somebody/Agency")
    upright = make_photo(file=picture_file("upright.png", size=(700, 1400)))
    for number in range(8):
        make_article(headline=f"{LONG} ({number})", slug=f"plain-{number}", body=BODY, category=long_named.pk)
    longest = make_article(
        headline=LONGEST,
        slug="longest",
        standfirst=LONG * 3,
        kicker="Subterranean infrastructure",
        body=BODY * 3,
        bylines=ten,
        agency="With material by Reuters, AFP and dpa",
        lead_photo=photo.pk,
        category=world.pk,
        tags=tuple(make_tag(f"floodwater-infrastructure-{n}").pk for n in range(12)),
    )
    make_article(headline=SHORT, slug="shortest", body="<p>It is.</p>", category=world.pk)
    make_article(headline=SHORT, slug="upright", body=BODY, category=world.pk, lead_photo=upright.pk)
    make_article(
        headline=ARABIC,
        slug="arabic",
        standfirst=ARABIC,
        kicker="ساعة",
        body=ARABIC_BODY * 3,
        category=make_category("arabic").pk,
        lead_photo=photo.pk,
    )
    parent = make_comment(longest, comment="W" * 400)
    for _level in range(3):
        parent = make_comment(longest, parent=parent, comment="https://example.org/" + "long/" * 60)
