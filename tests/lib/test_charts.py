from newsroom.lib.charts import share_chart


def test_shares_are_drawn_from_nought_to_the_next_tenth_above_the_largest():
    chart = share_chart([0, 0.25, 0.3])

    assert chart.lines == ["48.0,212.0 378.0,45.3 708.0,12.0"]
    assert chart.dots == [(48, 212), (378, 45.3), (708, 12)]
    assert [(rule.y, rule.label) for rule in chart.rules] == [(212, "0 %"), (112, "15 %"), (12, "30 %")]


def test_what_is_not_known_is_a_gap():
    chart = share_chart([0.5, 0.5, None, 0.5, None, None, 0.5, 0.5])

    assert [line.count(",") for line in chart.lines] == [2, 2]
    assert len(chart.dots) == 5


def test_nothing_known_is_an_empty_chart():
    chart = share_chart([None, None])

    assert (chart.lines, chart.dots) == ([], [])
    assert [rule.label for rule in chart.rules] == ["0 %", "5 %", "10 %"]


def test_a_single_value_stands_in_the_middle():
    assert share_chart([1]).dots == [(378, 12)]
