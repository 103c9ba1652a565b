"""One rule for names that the code needs itself."""

from symnet.emit.naming import escaped, renamed


def test_a_reserved_name_gets_underscores_until_it_is_unlike_any_other() -> None:
    called = escaped(("y", "y_", "x", "z"), {"y", "x", "x_"})
    assert called == {"y": "y__", "y_": "y_", "x": "x__", "z": "z"}
    assert renamed(called) == (("y", "y__"), ("x", "x__"))


def test_no_two_names_become_one() -> None:
    called = escaped(("a", "a_", "a__", "b", "b_"), {"a", "a_", "b"})
    assert len(set(called.values())) == 5
    assert not set(called.values()) & {"a", "a_", "b"}


def test_nothing_changes_without_need() -> None:
    assert renamed(escaped(("w1", "b1"), {"y"})) == ()
